//! What is sent twice, or by six clicks at once, is done once.

use std::path::Path;

use biaogan::clock;
use biaogan::db::schema::settings;
use biaogan::error::Error;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::moments::Moment;
use crate::support::{Answer, Browser, Client, TestApp, multipart};

/// The same by so many at once.
fn at_once<T: Send>(count: usize, one: impl Fn(usize) -> T + Sync) -> Vec<T> {
    let one = &one;
    std::thread::scope(|scope| {
        let all: Vec<_> = (0..count).map(|n| scope.spawn(move || one(n))).collect();
        all.into_iter().map(|one| one.join().unwrap()).collect()
    })
}

/// The hidden fields that every form of a page carries.
fn hidden(browser: &Browser, page: &str) -> Vec<(String, String)> {
    let html = browser.get(page).expect(200).text;
    let value = |name: &str| {
        let (_, rest) = html
            .split_once(&format!("name=\"{name}\" value=\""))
            .unwrap();
        rest.split('"').next().unwrap().to_owned()
    };
    ["csrf", "once"]
        .map(|name| (name.to_owned(), value(name)))
        .to_vec()
}

fn post(
    browser: &Browser,
    action: &str,
    hidden: &[(String, String)],
    more: &[(&str, &str)],
) -> Answer {
    let mut fields: Vec<(&str, &str)> = hidden
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    fields.extend_from_slice(more);
    browser.post_raw(action, &fields)
}

/// Where a form led, and what was said there.
fn led(answer: &Answer) -> (String, String) {
    let cookies = answer.headers.get_all("set-cookie");
    let flash = cookies
        .iter()
        .map(|cookie| cookie.to_str().unwrap().to_owned())
        .find(|cookie| cookie.starts_with("flash="));
    (answer.header("location").to_owned(), flash.unwrap())
}

#[test]
fn a_form_sent_six_times_at_once_is_done_once() {
    let app = TestApp::start();
    let round = app.round().published();
    let (page, questions) = (
        format!("/rounds/{}", round.id),
        format!("/rounds/{}/questions", round.id),
    );
    for (who, page, action, fields) in [
        ("yunwei", &page, format!("{page}/bids"), vec![]),
        (
            "yunwei",
            &questions,
            questions.clone(),
            vec![("question", "能否联合申报？")],
        ),
        (
            "office",
            &questions,
            format!("{page}/corrections"),
            vec![("text", "更正一处。")],
        ),
    ] {
        let browser = app.browser(who);
        let hidden = hidden(&browser, page);
        let answers = at_once(6, |_| post(&browser, &action, &hidden, &fields));
        let first = led(&answers[0]);
        for answer in &answers {
            assert_eq!(
                (answer.status, led(answer)),
                (303, first.clone()),
                "{}",
                answer.text
            );
        }
        let list = action.replace("/rounds", "/api/v1/rounds");
        let made = app.api(who).get(&list).expect(200);
        assert_eq!(made.items().len(), 1, "{action}");
    }
    // Another question on the same page is another; so is the same one on the page as it is shown next.
    let browser = app.browser("yunwei");
    for (page, text) in [(&hidden(&browser, &questions), ["甲？", "乙？", "甲？"])] {
        for text in text {
            post(&browser, &questions, page, &[("question", text)]).expect(303);
        }
    }
    let again = hidden(&browser, &questions);
    post(&browser, &questions, &again, &[("question", "甲？")]).expect(303);
    let asked = app.api("yunwei").get(&round.path("/questions"));
    assert_eq!(asked.expect(200).items().len(), 4);
}

#[test]
fn what_was_refused_may_be_sent_again() {
    let app = TestApp::start();
    let round = app.round().published();
    let browser = app.browser("yunwei");
    let questions = format!("/rounds/{}/questions", round.id);
    let once = hidden(&browser, &questions);
    post(&browser, &questions, &once, &[("question", " ")]).expect(422);
    post(&browser, &questions, &once, &[("question", "可以吗？")]).expect(303);
    // A refusal that is recorded commits, and forgets the key all the same.
    let bid = round.draft_bid("yunwei", 0);
    let secretary = app.browser("yunwei.sj");
    let page = format!("/bids/{bid}");
    let once = hidden(&secretary, &page);
    let before = app.now();
    app.set_clock("2027-03-01T09:00+08:00");
    let secretary = app.browser("yunwei.sj");
    let once = [once[1].clone()];
    let with_token = |browser: &Browser| {
        let token = ("csrf".to_owned(), browser.csrf("/home"));
        [once.to_vec(), vec![token]].concat()
    };
    post(
        &secretary,
        &format!("{page}/submit"),
        &with_token(&secretary),
        &[],
    )
    .expect(409);
    app.set_clock(&before.to_rfc3339());
    let secretary = app.browser("yunwei.sj");
    post(
        &secretary,
        &format!("{page}/submit"),
        &with_token(&secretary),
        &[],
    )
    .expect(303);
}

fn edit(client: &Client, path: &str, version: i64, key: &str, body: &Value) -> Answer {
    let tag = format!("\"v{version}\"");
    let headers = [
        ("Content-Type", "application/json"),
        ("If-Match", tag.as_str()),
        ("Idempotency-Key", key),
    ];
    client.send("PUT", path, &headers, body.to_string().as_bytes())
}

#[test]
fn calls_with_one_key_at_once_are_all_answered_alike() {
    let app = TestApp::start();
    let round = app.round().published();
    let yunwei = app.api("yunwei");
    for n in 0..10 {
        let (key, body) = (
            format!("ask-{n}"),
            json!({ "question": format!("问题{n}？") }),
        );
        let path = round.path("/questions");
        let answers = at_once(6, |_| yunwei.clone().post_once(&path, &key, body.clone()));
        for answer in answers.iter().map(|answer| answer.clone().expect(201)) {
            assert_eq!(answer.json, answers[0].json);
        }
    }
    assert_eq!(yunwei.get(&round.path("/questions")).items().len(), 10);
    let bid = round.draft_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    for n in 0..10 {
        let shown = yunwei.get(&path).expect(200);
        let mut body = shown.json["content"].clone();
        body["title"] = json!(format!("第{n}稿"));
        let version = shown.version();
        let answers = at_once(6, |_| {
            edit(&yunwei.clone(), &path, version, &format!("edit-{n}"), &body)
        });
        for answer in answers {
            assert_eq!(answer.expect(200).version(), version + 1);
        }
    }
}

#[test]
fn a_first_sheet_written_from_two_windows_is_no_fault() {
    let (app, world) = Moment::Scoring.start();
    let reviewer = app.api("reviewer2");
    let path = world.fill("/api/v1/bids/{id}/score_sheet");
    let sheet = reviewer.get(&path).expect(200);
    let criterion = &sheet.json["criteria"][0]["id"];
    let answers = at_once(6, |n| {
        let marks = json!([{ "criterion_id": criterion, "mark": 30 + n, "comment": "理由充分" }]);
        let body = json!({ "marks": marks, "submit": false });
        reviewer.clone().put(&path, sheet.version(), body)
    });
    let done = answers.iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1);
    for answer in answers.into_iter().filter(|answer| answer.status != 200) {
        answer.expect(409);
    }
}

#[test]
fn a_value_somebody_was_faster_at_is_a_conflict() {
    let app = TestApp::start();
    let outcomes = at_once(8, |n| {
        app.app.db.write_now(move |tx| {
            diesel::insert_into(settings::table)
                .values((settings::name.eq("one"), settings::value.eq(n.to_string())))
                .execute(&mut **tx)?;
            std::thread::sleep(std::time::Duration::from_millis(20));
            Ok(clock::real_now())
        })
    });
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    for refused in outcomes.into_iter().filter_map(Result::err) {
        match refused {
            Error::Conflict(refusal) => assert_eq!(refusal.code, "done_meanwhile"),
            other => panic!("{other}"),
        }
    }
}

#[test]
fn an_upload_that_comes_again_makes_one_file() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}/attachments");
    let yunwei = app.api("yunwei");
    let send = |key: &str, text: &str| {
        let (kind, body) = multipart(&[], "方案.txt", "text/plain", text.as_bytes());
        let headers = [("Content-Type", kind.as_str()), ("Idempotency-Key", key)];
        yunwei.send("POST", &path, &headers, &body)
    };
    let count = || yunwei.get(&path).expect(200).items().len();
    let made = at_once(6, |_| send("upload-1", "一页方案"));
    for answer in &made {
        assert_eq!(
            (answer.status, &answer.json),
            (201, &made[0].json),
            "{}",
            answer.text
        );
        assert_eq!(answer.header("location"), made[0].header("location"));
    }
    assert_eq!(count(), 1);
    let id = made[0].id();
    let bytes = yunwei
        .get(&format!("/api/v1/attachments/{id}"))
        .expect(200)
        .bytes;
    assert_eq!(bytes, "一页方案".as_bytes());
    send("upload-1", "另一页").refused(409, "idempotency_key_reused");
    send("upload-2", "另一页").expect(201);
    assert_eq!(count(), 2);
    // A page's form, too: its field stands before the file.
    let browser = app.browser("yunwei");
    let page = format!("/bids/{bid}");
    let hidden = hidden(&browser, &page);
    let click = |text: &str| {
        let fields: Vec<(&str, &str)> = hidden
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let (kind, body) = multipart(&fields, "预算.txt", "text/plain", text.as_bytes());
        let action = format!("{page}/attachments");
        browser.send("POST", &action, &[("Content-Type", &kind)], &body)
    };
    for answer in at_once(6, |_| click("一页预算")) {
        answer.expect(303);
    }
    assert_eq!(count(), 3);
    click("又一页预算").expect(303);
    assert_eq!(count(), 4);
    // Nothing lies on the disk that no row names.
    assert_eq!(stored_below(&app.app.files), 4);
}

fn stored_below(folder: &Path) -> usize {
    let entries = std::fs::read_dir(folder).unwrap().flatten();
    entries
        .map(|entry| match entry.file_type().unwrap().is_dir() {
            true => stored_below(&entry.path()),
            false => 1,
        })
        .sum()
}
