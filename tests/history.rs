//! A draft's history and what it lacks: for its own people, readable, and nothing is ever lost.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::bid_body;

fn fields(answer: &Value) -> Vec<&str> {
    answer["missing"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["field"].as_str().unwrap())
        .collect()
}

#[test]
fn what_is_missing_is_named_field_by_field_until_nothing_is() {
    let app = TestApp::start();
    let round = app.round().published();
    let applicant = app.api("yunwei");
    let made = applicant
        .post(&round.path("/bids"), json!({ "content": {} }))
        .expect(201);
    let path = format!("/api/v1/bids/{}/completeness", made.id());
    let empty = applicant.get(&path).expect(200);
    assert_eq!(empty.json["complete"], false);
    assert_eq!(
        fields(&empty.json),
        [
            "topic_id",
            "title",
            "problem",
            "targets[0][name]",
            "plan[0][work]",
            "team[leader]",
            "track_record",
            "capability"
        ]
    );
    // Each is a link to its field.
    let page = app
        .browser("yunwei")
        .get(&format!("/bids/{}", made.id()))
        .expect(200);
    let form = app
        .browser("yunwei")
        .get(&format!("/bids/{}/edit", made.id()))
        .expect(200);
    for field in fields(&empty.json) {
        assert!(page.text.contains(&format!("/edit#f-{field}\"")), "{field}");
        assert!(form.text.contains(&format!("id=\"f-{field}\"")), "{field}");
    }

    let whole = bid_body(round.topics[0], app.user_id("yunwei"), "看护到村");
    applicant
        .put(&format!("/api/v1/bids/{}", made.id()), 1, whole)
        .expect(200);
    let full = applicant.get(&path).expect(200);
    assert_eq!(full.json, json!({ "complete": true, "missing": [] }));
    for other in ["renhou", "office", "supervisor"] {
        app.api(other).get(&path).expect(404);
    }
}

#[test]
fn revisions_show_what_changed_and_an_old_one_comes_back_as_a_new_one() {
    let app = TestApp::start();
    let round = app.round().published();
    let applicant = app.api("yunwei");
    let bid = round.draft_bid("yunwei", 0);
    let path = |below: &str| format!("/api/v1/bids/{bid}{below}");
    let mut content = applicant.get(&path("")).expect(200).json["content"].clone();
    content["problem"] = json!("外破隐患发现晚、无人看护。");
    applicant.put(&path(""), 1, content).expect(200);
    // Submitting seals drafts and revisions anew: they stay readable.
    app.api("yunwei.sj")
        .post(&path("/submit"), json!({}))
        .expect(200);

    let list = applicant.get(&path("/revisions?limit=1")).expect(200);
    assert_eq!(list.items()[0]["revision"], 2);
    let cursor = list.json["next_cursor"].as_str().unwrap();
    let rest = applicant
        .get(&path(&format!("/revisions?limit=1&cursor={cursor}")))
        .expect(200);
    assert_eq!(rest.items()[0]["revision"], 1);
    assert_eq!(list.items()[0]["changed"], json!(["破什么难题"]));
    assert_eq!(list.items()[0]["saved_by"], app.user_id("yunwei"));

    let second = applicant.get(&path("/revisions/2")).expect(200);
    assert_eq!(
        second.json["changes"],
        json!([{ "field": "破什么难题", "pieces": [
            { "change": "kept", "text": "外破隐患发现晚、" },
            { "change": "removed", "text": "处置慢。" },
            { "change": "added", "text": "无人看护。" },
        ]}])
    );
    let page = app
        .browser("yunwei")
        .get(&format!("/bids/{bid}/revisions/2"))
        .expect(200);
    page.contains("处置慢。</del>").contains("无人看护。</ins>");
    let history = app
        .browser("yunwei")
        .get(&format!("/bids/{bid}/revisions"))
        .expect(200);
    history.contains("第 2 次").contains("破什么难题</td>");

    // Any two can be held against each other, in either direction.
    let backwards = applicant.get(&path("/revisions/1?against=2")).expect(200);
    assert_eq!(backwards.json["against"], 2);
    assert_eq!(
        backwards.json["changes"][0]["pieces"][1],
        json!({ "change": "removed", "text": "无人看护。" })
    );
    let same = applicant.get(&path("/revisions/1?against=1")).expect(200);
    assert_eq!(same.json["changes"], json!([]));
    app.browser("yunwei")
        .get(&format!("/bids/{bid}/revisions/1?against=2"))
        .expect(200)
        .contains("与第 2 次相比");
    applicant.get(&path("/revisions/1?against=9")).expect(404);

    // Back to the first: a third revision; the second is still there.
    let version = applicant.get(&path("")).expect(200).version();
    let restore = path("/revisions/1/restore");
    applicant
        .post(&restore, json!({ "version": version - 1 }))
        .expect(409);
    let restored = applicant
        .post(&restore, json!({ "version": version }))
        .expect(200);
    assert_eq!(
        restored.json["content"]["problem"],
        "外破隐患发现晚、处置慢。"
    );
    assert_eq!(restored.json["draft_differs"], true);
    let after = applicant.get(&path("/revisions")).expect(200);
    assert_eq!(after.items().len(), 3);
    applicant.get(&path("/revisions/9")).expect(404);

    // Nobody else learns of the history, before or after the opening.
    let outsiders = ["renhou", "renhou.sj", "office", "supervisor", "reviewer1"];
    for below in ["/revisions", "/revisions/2", "/completeness"] {
        for outsider in outsiders {
            app.api(outsider).get(&path(below)).expect(404);
        }
    }
    round.open();
    for outsider in outsiders {
        app.api(outsider).get(&path("/revisions/2")).expect(404);
    }
    applicant
        .post(&restore, json!({ "version": version + 3 }))
        .expect(409);
}
