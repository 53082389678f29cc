//! Posts and relations: who is near whom.

use super::*;

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
fn more_reviewers_than_a_statement_takes_have_their_interests_looked_at() {
    use biaogan::ids::{EvaluationId, OrganizationId, UserId};
    let app = TestApp::start();
    let someone = |n: i64| biaogan::seats::Reviewer {
        user_id: UserId(n),
        name: format!("评委{n}"),
        post: String::new(),
        organization_id: OrganizationId(n),
        organization: format!("第{n}支部"),
        path: format!("/{n}/"),
    };
    // PostgreSQL takes 65,535 variables.
    let many: Vec<_> = (1..=70_000).map(someone).collect();
    let ids = many.iter().map(|one| one.user_id).collect();
    let (interests, known) = app
        .app
        .db
        .read_now(|c| {
            let found = biaogan::panel::actions::interests::interests(c, EvaluationId(1), &many)?;
            Ok((found, biaogan::seats::people_by_id(c, ids)?))
        })
        .unwrap();
    assert_eq!((interests.len(), known.len()), (many.len(), 0));
}
