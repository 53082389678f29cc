//! Questions and answers (答疑) and corrections (更正公告): until the deadline, seen by all, nobody told who asked.

use serde_json::json;

use crate::support::{TestApp, TestDatabase};

#[test]
fn what_is_answered_is_read_by_all_and_nobody_learns_who_asked() {
    let app = TestApp::start();
    let round = app.round().published();
    let (questions, office) = (round.path("/questions"), app.api("office"));
    let text = "两个支部能不能联合申报？";
    let asked = app
        .api("yunwei")
        .post(&questions, json!({ "question": text }))
        .expect(201);
    assert_eq!(asked.json["mine"], true);
    // Before the answer: the asking organization and the office, who is not told whose it is.
    assert_eq!(
        app.api("yunwei.sj")
            .get(&questions)
            .expect(200)
            .items()
            .len(),
        1
    );
    for who in ["renhou", "supervisor", "secretary"] {
        assert!(
            app.api(who).get(&questions).expect(200).items().is_empty(),
            "{who}"
        );
    }
    let waiting = office.get(&questions).expect(200);
    assert_eq!(waiting.items()[0]["mine"], false);
    assert_eq!(waiting.items()[0].as_object().unwrap().len(), 6);
    let organization =
        app.api("yunwei").get("/api/v1/me").expect(200).json["organization_id"].clone();
    waiting.lacks("运维").lacks(&organization.to_string());
    app.browser("office")
        .get("/home")
        .expect(200)
        .contains("有 1 个问题等待答复");
    let guide = format!("/guides/{}", round.id);
    app.visitor().get(&guide).expect(200).lacks(text);

    let answer = format!("/api/v1/questions/{}/answer", asked.id());
    let body = json!({ "answer": "可以，由牵头支部申报。" });
    app.api("renhou")
        .post(&answer, body.clone())
        .refused(403, "role_required");
    office
        .post(&answer, json!({ "answer": "" }))
        .invalid("answer");
    office.post(&answer, body.clone()).expect(200);
    office.post(&answer, body).refused(409, "already_answered");
    for who in ["yunwei", "renhou", "supervisor"] {
        let page = app
            .browser(who)
            .get(&format!("/rounds/{}/questions", round.id));
        page.expect(200)
            .contains(text)
            .contains("可以，由牵头支部申报。");
    }
    let renhou = app.api("renhou").get(&questions).expect(200);
    assert_eq!(renhou.items()[0]["mine"], false);
    app.visitor()
        .get(&guide)
        .expect(200)
        .contains(text)
        .contains("可以，由牵头支部申报。")
        .lacks("运维");
    app.browser("office")
        .get("/home")
        .expect(200)
        .lacks("个问题等待答复");
}

#[test]
fn the_trail_keeps_who_asked_until_the_opening() {
    let app = TestApp::start();
    let round = app.round().published();
    app.api("yunwei")
        .post(
            &round.path("/questions"),
            json!({ "question": "经费可以跨年吗？" }),
        )
        .expect(201);
    for who in ["auditadmin", "supervisor"] {
        let trail = app.api(who).get("/api/v1/audit?limit=50").expect(200);
        let event = trail
            .items()
            .iter()
            .find(|event| event["verb"] == "question.ask")
            .unwrap()
            .clone();
        assert_eq!(event["actor_name"], "(开标前不显示)", "{event}");
        assert!(event["organization_id"].is_null(), "{event}");
        assert!(!event.to_string().contains("跨年"), "{event}");
    }
}

#[test]
fn questions_and_corrections_end_with_the_deadline_which_is_included() {
    let app = TestApp::start();
    let round = app.round();
    app.api("office")
        .post(&round.path("/corrections"), json!({ "text": "更正" }))
        .refused(409, "not_published");
    let round = round.published();
    let ask = |who: &str| {
        app.api(who).post(
            &round.path("/questions"),
            json!({ "question": "来得及吗？" }),
        )
    };
    let correct = || {
        app.api("office").post(
            &round.path("/corrections"),
            json!({ "text": "经费上限更正为 3 万元。" }),
        )
    };
    for who in ["office", "supervisor", "reviewer1"] {
        ask(who).refused(403, "bidder_required");
    }
    app.set_clock("2026-03-20T09:00:00Z");
    let last = ask("yunwei").expect(201);
    correct().expect(201);
    app.set_clock("2026-03-20T09:00:00.000001Z");
    ask("yunwei").refused(409, "questions_closed");
    correct().refused(409, "questions_closed");
    app.browser("yunwei")
        .get(&format!("/rounds/{}/questions", round.id))
        .expect(200)
        .contains("答疑和更正到截止时间");
    // A question asked in time is answered while the round is sealed.
    let answer = format!("/api/v1/questions/{}/answer", last.id());
    app.api("office")
        .post(&answer, json!({ "answer": "来得及。" }))
        .expect(200);
    // An extension opens both again.
    let extend = json!({ "deadline": "2026-03-25T09:00:00Z", "reason": "答疑较多" });
    app.api("office")
        .post(&round.path("/extend"), extend)
        .expect(200);
    ask("renhou").expect(201);
    correct().expect(201);
}

#[test]
fn a_correction_reaches_all_and_reminds_those_whose_drafts_are_older() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    round.submitted_bid("renhou", 0);
    app.set_clock("2026-03-10T09:00+08:00");
    let text = "第一个标的名额更正为两个。";
    app.api("yunwei")
        .post(&round.path("/corrections"), json!({ "text": text }))
        .refused(403, "role_required");
    app.api("office")
        .post(&round.path("/corrections"), json!({ "text": text }))
        .expect(201);
    // The guide as published is what it was; the correction stands beside it, dated.
    let guide = app
        .visitor()
        .get(&format!("/guides/{}", round.id))
        .expect(200);
    guide
        .contains("围绕青年培养与优质服务。")
        .contains(text)
        .contains("2026年3月10日 09:00");
    app.browser("baihe")
        .get(&format!("/rounds/{}", round.id))
        .expect(200)
        .contains(text);
    let listed = app
        .api("baihe")
        .get(&round.path("/corrections"))
        .expect(200);
    assert_eq!(listed.items()[0]["text"], text);
    let reminded = |who: &str| {
        app.browser(who)
            .get("/home")
            .expect(200)
            .text
            .contains("看更正公告")
    };
    assert!(reminded("yunwei"), "a draft");
    assert!(reminded("renhou"), "submitted before");
    assert!(!reminded("baihe"), "nothing begun");
    assert!(!reminded("office"));
    // Working on the draft, or three days, settles it.
    let path = format!("/api/v1/bids/{bid}");
    let shown = app.api("yunwei").get(&path).expect(200);
    let mut content = shown.json["content"].clone();
    content["credit"] = json!("名额更正已核对。");
    app.set_clock("2026-03-10T10:00+08:00");
    app.api("yunwei")
        .put(&path, shown.version(), content)
        .expect(200);
    assert!(!reminded("yunwei"));
    app.set_clock("2026-03-14T09:00+08:00");
    assert!(!reminded("renhou"));
}

#[test]
fn whether_somebody_has_begun_a_bid_shows_nowhere_in_questions() {
    // Two companies, alike but for a rival's draft: what others read of questions and corrections is the same.
    let read = |begun: bool| {
        let app = TestApp::start_on(
            TestDatabase::with_company(),
            "2026-03-01T09:00+08:00",
            |_| {},
        );
        let round = app.round().published();
        if begun {
            round.draft_bid("yunwei", 0);
        }
        let asked = app
            .api("yunwei")
            .post(
                &round.path("/questions"),
                json!({ "question": "能不能联合申报？" }),
            )
            .expect(201);
        app.api("office")
            .post(
                &format!("/api/v1/questions/{}/answer", asked.id()),
                json!({ "answer": "能。" }),
            )
            .expect(200);
        app.api("office")
            .post(&round.path("/corrections"), json!({ "text": "更正一处。" }))
            .expect(201);
        let mut seen = Vec::new();
        for who in ["office", "renhou", "supervisor", "secretary"] {
            for path in ["/questions", "/corrections"] {
                let mut items = app
                    .api(who)
                    .get(&round.path(path))
                    .expect(200)
                    .items()
                    .to_vec();
                for item in &mut items {
                    item.as_object_mut().unwrap().remove("id");
                }
                seen.push(format!("{items:?}"));
            }
            let home = app.browser(who).get("/home").expect(200).text;
            seen.push(home.matches("更正").count().to_string());
        }
        seen
    };
    assert_eq!(read(false), read(true));
}

#[test]
fn questions_page_by_key() {
    let app = TestApp::start();
    let round = app.round().published();
    for n in 0..5 {
        app.api("yunwei")
            .post(
                &round.path("/questions"),
                json!({ "question": format!("第 {n} 问") }),
            )
            .expect(201);
    }
    let office = app.api("office");
    let first = office.get(&round.path("/questions?limit=3")).expect(200);
    assert_eq!(first.items().len(), 3);
    let cursor = first.json["next_cursor"].as_str().unwrap();
    let rest = office
        .get(&round.path(&format!("/questions?limit=3&cursor={cursor}")))
        .expect(200);
    assert_eq!(rest.items().len(), 2);
    assert!(rest.json["next_cursor"].is_null());
    // Twenty wait for an answer, no more.
    for n in 5..20 {
        app.api("yunwei")
            .post(
                &round.path("/questions"),
                json!({ "question": format!("第 {n} 问") }),
            )
            .expect(201);
    }
    app.api("yunwei")
        .post(&round.path("/questions"), json!({ "question": "再问" }))
        .refused(409, "too_many_questions");
}
