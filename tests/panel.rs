//! The panel: interests, conflicts before anybody is invited, draws by lot, substitutes, declarations, assignment.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::TestRound;

fn organization(app: &TestApp, code: &str) -> i64 {
    let all = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    let found = all.items().iter().find(|item| item["code"] == code);
    found.unwrap_or_else(|| panic!("no {code}"))["id"]
        .as_i64()
        .unwrap()
}

/// Seats these reviewers, the first in the chair.
fn seat(round: &TestRound, reviewers: &[&str]) {
    let members: Vec<Value> = reviewers
        .iter()
        .enumerate()
        .map(|(n, username)| {
            let seat = if n == 0 { "chair" } else { "member" };
            json!({ "user_id": round.app.user_id(username), "seat": seat })
        })
        .collect();
    let office = round.app.api("office");
    let version = office.get(&round.path("/panel")).expect(200).version();
    office
        .put(
            &round.path("/panel"),
            version,
            json!({ "members": members }),
        )
        .expect(200);
}

fn strings(value: &Value, field: &str) -> Vec<String> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[field].as_str().unwrap_or_default().to_owned())
        .collect()
}

#[test]
fn interests_are_kept_by_the_person_and_the_office_and_read_by_few() {
    let app = TestApp::start();
    let round = app.round();
    seat(
        &round,
        &[
            "reviewer1",
            "reviewer2",
            "reviewer3",
            "reviewer4",
            "reviewer5",
        ],
    );
    let reviewer = app.user_id("reviewer2");
    let path = |below: &str| format!("/api/v1/users/{reviewer}/{below}");
    let post = json!({ "organization_id": organization(&app, "TX-BD"), "post": "联系领导", "from_on": "2024-01-01" });
    let kin = json!({ "kind": "kin", "staff_number": "TX0015" });

    let own = app.api("reviewer2");
    let made = own.post(&path("posts"), post.clone()).expect(201);
    let post_id = made.json["posts"][0]["id"].as_i64().unwrap();
    app.api("office")
        .post(&path("relations"), kin.clone())
        .expect(201);

    // Who may read it at all learns what is there; nobody else learns that there is anything.
    for reader in ["reviewer2", "office", "supervisor", "reviewer1"] {
        let shown = app.api(reader).get(&path("interests")).expect(200);
        assert_eq!(shown.json["posts"][0]["post"], "联系领导", "{reader}");
        assert_eq!(shown.json["relations"][0]["kind"], "kin", "{reader}");
    }
    for other in ["secretary", "reviewer3", "yunwei", "sysadmin", "auditadmin"] {
        app.api(other).get(&path("interests")).expect(404);
        app.api(other)
            .post(&path("posts"), post.clone())
            .expect(404);
    }
    app.api("supervisor")
        .post(&path("relations"), kin)
        .refused(403, "interests_kept_by_person_or_office");

    // What is wrong is named by field.
    own.post(&path("relations"), json!({ "kind": "kin" }))
        .invalid("organization_id");
    own.post(
        &path("relations"),
        json!({ "kind": "kin", "staff_number": "nobody" }),
    )
    .invalid("staff_number");
    own.post(
        &path("relations"),
        json!({ "kind": "kin", "staff_number": "TX0015", "organization_id": organization(&app, "TX-BD") }),
    )
    .invalid("organization_id");
    own.post(&path("relations"), json!({ "kind": "enemy" }))
        .expect(422);
    own.post(
        &path("posts"),
        json!({ "organization_id": 1, "post": "x", "from_on": "2024-01-01" }),
    )
    .invalid("organization_id");

    // A post ends once; a relation is withdrawn once, and is gone from the list.
    let end = path(&format!("posts/{post_id}/end"));
    own.post(&end, json!({ "until_on": "2023-01-01" }))
        .invalid("until_on");
    own.post(&end, json!({ "until_on": "2026-01-31" }))
        .expect(200);
    own.post(&end, json!({ "until_on": "2026-01-31" }))
        .refused(409, "post_ended");
    let relation = own.get(&path("interests")).json["relations"][0]["id"]
        .as_i64()
        .unwrap();
    let withdraw = path(&format!("relations/{relation}/withdraw"));
    let left = own.post(&withdraw, json!({})).expect(200);
    assert_eq!(left.json["relations"], json!([]));
    own.post(&withdraw, json!({}))
        .refused(409, "relation_withdrawn");

    // The trail says that an entry was made and never what it says.
    let trail = app.api("auditadmin").get("/api/v1/audit?limit=50");
    let trail = trail.expect(200);
    let text = trail.text.clone();
    assert!(text.contains("interest.relation"), "{text}");
    assert!(!text.contains("联系领导"), "{text}");
}

#[test]
fn interests_are_kept_on_a_page_too() {
    let app = TestApp::start();
    let id = app.user_id("reviewer3");
    let page = format!("/users/{id}/interests");
    let browser = app.browser("reviewer3");
    browser.get("/account").expect(200).contains(&page);
    browser
        .submit(
            &page,
            &format!("/users/{id}/relations"),
            &[("kind", "mentor")],
        )
        .expect(422)
        .contains("只填一项");
    let bd = organization(&app, "TX-BD").to_string();
    browser
        .submit(
            &page,
            &format!("/users/{id}/relations"),
            &[("kind", "mentor"), ("organization_id", &bd)],
        )
        .expect(303);
    browser
        .submit(
            &page,
            &format!("/users/{id}/posts"),
            &[
                ("organization_id", &bd),
                ("post", "兼职委员"),
                ("from_on", "2025-01-01"),
            ],
        )
        .expect(303);
    browser
        .get(&page)
        .expect(200)
        .contains("师徒")
        .contains("兼职委员");
    app.browser("yunwei").get(&page).expect(404);
}

#[test]
fn the_whole_panel_is_checked_before_anybody_is_invited() {
    let app = TestApp::start();
    let round = app.round();
    let path = round.path("/panel/conflicts");
    let office = app.api("office");
    let empty = office.get(&path).expect(200);
    assert_eq!(empty.json["faults"][0]["code"], "panel_size");

    seat(
        &round,
        &[
            "reviewer1",
            "reviewer2",
            "reviewer3",
            "reviewer4",
            "reviewer6",
        ],
    );
    let clean = office.get(&path).expect(200);
    assert_eq!(clean.json["faults"], json!([]), "{}", clean.text);
    assert_eq!(clean.json["quorum"], 4);
    assert_eq!(clean.json["left_if_one_bids"], 4);
    assert_eq!(clean.json["left_if_all_bid"], 3);
    assert_eq!(clean.json["warnings"].as_array().unwrap().len(), 1);
    // reviewer4 belongs to 营销党支部, whose group is below it.
    let fourth = &clean.json["members"][3]["conflicts"];
    assert_eq!(
        strings(fourth, "cause"),
        ["own_organization", "own_organization"]
    );

    // Posts and relations count, too; one branch with two members tied to it endangers the quorum.
    for (username, body, below) in [
        (
            "reviewer2",
            json!({ "organization_id": organization(&app, "TX-YX"), "post": "联系领导", "from_on": "2024-01-01" }),
            "posts",
        ),
        (
            "reviewer1",
            json!({ "kind": "kin", "staff_number": "TX0026" }),
            "relations",
        ),
    ] {
        let id = app.user_id(username);
        office
            .post(&format!("/api/v1/users/{id}/{below}"), body)
            .expect(201);
    }
    let risky = office.get(&path).expect(200);
    assert_eq!(risky.json["faults"][0]["code"], "quorum_at_risk");
    assert_eq!(risky.json["left_if_one_bids"], 2);
    assert!(
        strings(&risky.json["members"][0]["conflicts"], "cause").contains(&"relation".to_owned())
    );
    assert!(strings(&risky.json["members"][1]["conflicts"], "cause").contains(&"post".to_owned()));
    app.browser("office")
        .get(&format!("/rounds/{}/panel/conflicts", round.id))
        .expect(200)
        .contains("营销党支部")
        .contains("法定");

    // Relations of people show through: few may read it.
    for reader in ["supervisor", "reviewer1"] {
        app.api(reader).get(&path).expect(200);
    }
    app.api("secretary")
        .get(&path)
        .refused(403, "conflicts_private");
    app.api("reviewer2")
        .get(&path)
        .refused(403, "conflicts_private");
}

#[test]
fn the_check_tells_nothing_of_who_bids_before_the_opening() {
    let app = TestApp::start();
    let round = app.round().published();
    let path = round.path("/panel/conflicts");
    let without = |text: &str| {
        let mut shown: Value = serde_json::from_str(text).unwrap();
        shown["checked_at"] = Value::Null;
        shown
    };
    let before = app.api("office").get(&path).expect(200);
    round.submitted_bid("yingxiao", 0);
    let after = app.api("office").get(&path).expect(200);
    assert_eq!(without(&before.text), without(&after.text));
    assert!(after.json["topics"].is_null());
    // Once opened, it does: the check could see it.
    round.open();
    let opened = app.api("office").get(&path).expect(200);
    assert_eq!(opened.json["topics"][0]["left"], 4, "{}", opened.text);
}

#[test]
fn posts_and_relations_recuse_when_scoring_starts() {
    let app = TestApp::start();
    let round = app.round().published();
    let office = app.api("office");
    let second = app.user_id("reviewer2");
    office
        .post(
            &format!("/api/v1/users/{second}/posts"),
            json!({ "organization_id": organization(&app, "TX-YW"), "post": "联系领导", "from_on": "2020-01-01", "until_on": "2024-06-30" }),
        )
        .expect(201);
    let bid = round.submitted_bid("yunwei", 0);
    let other = round.submitted_bid("biandian", 2);
    round.submitted_bid("renhou", 1);
    round.open();
    round.start_scoring();
    app.api("reviewer2")
        .get(&format!("/api/v1/bids/{bid}/score_sheet"))
        .refused(403, "recused");
    app.api("reviewer2")
        .get(&format!("/api/v1/bids/{other}/score_sheet"))
        .expect(200);
    app.api("reviewer3")
        .get(&format!("/api/v1/bids/{bid}/score_sheet"))
        .expect(200);
}

#[test]
fn scoring_does_not_start_below_quorum() {
    let app = TestApp::start();
    let round = app.round().published();
    let third = app.user_id("reviewer3");
    app.api("office")
        .post(
            &format!("/api/v1/users/{third}/relations"),
            json!({ "kind": "kin", "organization_id": organization(&app, "TX-YX") }),
        )
        .expect(201);
    round.submitted_bid("yingxiao", 0);
    round.submitted_bid("yunwei", 2);
    round.open();
    // reviewer3 by relation and reviewer4 by organization: three of five are no two thirds.
    let refused = app
        .api("office")
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "start_below_quorum");
    assert!(refused.text.contains("候补"), "{}", refused.text);
}
