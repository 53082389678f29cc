//! The panel: interests, conflicts before anybody is invited, draws by lot, substitutes, declarations, assignment.

use biaogan::numbers::result_file;
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
    // The button to invite is dead and says why; by program the same refusal.
    app.browser("office")
        .get(&format!("/rounds/{}/panel", round.id))
        .expect(200)
        .contains("请换掉同一组织的部分委员");
    office
        .post(&round.path("/panel/invitations"), json!({}))
        .refused(409, "quorum_at_risk");

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

const WORD: &str = "七月流火九月授衣";

fn prepare(round: &TestRound, body: Value) -> crate::support::Answer {
    round
        .app
        .api("office")
        .post(&round.path("/panel/draw"), body)
}

fn draw(round: &TestRound) -> crate::support::Answer {
    round
        .app
        .api("supervisor")
        .post(&round.path("/panel/draw/nonce"), json!({ "nonce": WORD }))
}

/// Draws the lots again from what is shown, as anybody would.
fn drawn_again(draw: &Value, round: i64) -> Vec<i64> {
    let sha = |text: &str| biaogan::audit::sha256_hex(text.as_bytes());
    let text = |name: &str| draw[name].as_str().unwrap().to_owned();
    assert_eq!(sha(&text("secret")), text("commitment"));
    let pool: Vec<i64> = draw["pool"]
        .as_array()
        .unwrap()
        .iter()
        .map(|id| id.as_i64().unwrap())
        .collect();
    let ids: Vec<String> = pool.iter().map(i64::to_string).collect();
    let seed = sha(&format!(
        "biaogan-draw-1\n{}\n{}\n{round}\n{}\n{}",
        text("secret"),
        text("audit_head"),
        ids.join(","),
        text("nonce")
    ));
    assert_eq!(seed, text("seed"));
    let mut keyed: Vec<(String, i64)> = pool
        .iter()
        .map(|id| (sha(&format!("{seed}\n{id}")), *id))
        .collect();
    keyed.sort();
    keyed.into_iter().map(|(_, id)| id).collect()
}

fn ids(value: &Value, field: &str) -> Vec<i64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|item| item[field].as_i64().unwrap())
        .collect()
}

#[test]
fn a_panel_is_drawn_by_lot_and_anybody_can_draw_it_again() {
    let app = TestApp::start();
    let round = app.round();
    let path = round.path("/panel/draw");
    let chair = app.user_id("reviewer1");
    let seventh = app.user_id("reviewer7");
    let pool = app
        .api("office")
        .get(&round.path("/panel/pool"))
        .expect(200);
    assert_eq!(pool.json["reviewers"].as_array().unwrap().len(), 7);
    app.api("yunwei")
        .get(&round.path("/panel/pool"))
        .expect(404);

    // Seats and chair make an odd panel of five at least, out of who is there.
    prepare(&round, json!({ "seats": 4 })).invalid("seats");
    prepare(&round, json!({ "seats": 7, "alternates": 1 })).invalid("seats");
    prepare(
        &round,
        json!({ "seats": 4, "chair_user_id": app.user_id("yunwei") }),
    )
    .invalid("chair_user_id");
    app.api("yunwei")
        .post(&path, json!({ "seats": 5 }))
        .expect(404);
    app.api("supervisor")
        .post(&path, json!({ "seats": 5 }))
        .refused(403, "role_required");
    draw(&round).refused(409, "no_draw_prepared");
    let body = json!({
        "seats": 4, "alternates": 1, "chair_user_id": chair,
        "excluded": [{ "user_id": seventh, "reason": "出差至月底" }],
    });
    let prepared = prepare(&round, body.clone()).expect(201);
    let shown = &prepared.json["draws"][0];
    assert!(shown["secret"].is_null(), "{}", prepared.text);
    assert_eq!(shown["commitment"].as_str().unwrap().len(), 64);
    assert_eq!(shown["excluded"][0]["reason"], "出差至月底");
    prepare(&round, body).refused(409, "draw_pending");

    // The word is the supervisor's alone; nobody is seated before it.
    app.api("office")
        .post(&round.path("/panel/draw/nonce"), json!({ "nonce": WORD }))
        .refused(403, "role_required");
    app.api("supervisor")
        .post(&round.path("/panel/draw/nonce"), json!({ "nonce": "短" }))
        .invalid("nonce");
    app.browser("supervisor")
        .get("/home")
        .contains("抽取评审委员");
    let drawn = draw(&round).expect(200);
    let lots = drawn_again(&drawn.json["draws"][0], round.id);
    assert_eq!(ids(&drawn.json["draws"][0]["order"], "id"), lots);
    assert!(!lots.contains(&chair) && !lots.contains(&seventh));

    let panel = app.api("office").get(&round.path("/panel")).expect(200);
    let mut expected = vec![chair];
    expected.extend(&lots[..4]);
    assert_eq!(ids(&panel.json["members"], "user_id"), expected);
    assert_eq!(panel.json["members"][0]["seat"], "chair");
    assert_eq!(
        ids(&panel.json["record"]["substitutes"], "user_id"),
        [lots[4]]
    );

    // The digest of the outcome and everything else stands in the trail.
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=20")
        .expect(200);
    for known in [
        "draw.prepare",
        "draw.complete",
        drawn.json["draws"][0]["seed"].as_str().unwrap(),
        WORD,
    ] {
        assert!(trail.text.contains(known), "{known}: {}", trail.text);
    }

    // Who was drawn is not exchanged by hand; the chair may move among them.
    let office = app.api("office");
    let others: Vec<Value> = (1..=5)
        .map(|n| json!({ "user_id": app.user_id(&format!("reviewer{}", n + 2)), "seat": "member" }))
        .collect();
    office
        .put(
            &round.path("/panel"),
            panel.version(),
            json!({ "members": others }),
        )
        .refused(409, "panel_by_lot");
    let same: Vec<Value> = expected
        .iter()
        .enumerate()
        .map(|(n, id)| json!({ "user_id": id, "seat": if n == 1 { "chair" } else { "member" } }))
        .collect();
    office
        .put(
            &round.path("/panel"),
            panel.version(),
            json!({ "members": same }),
        )
        .expect(200);
    office
        .put(
            &round.path("/panel/substitutes"),
            panel.version() + 1,
            json!({ "user_ids": [] }),
        )
        .refused(409, "substitutes_by_lot");

    // Again only with a reason; the earlier draw is kept and shown.
    prepare(&round, json!({ "seats": 5 })).invalid("reason");
    prepare(&round, json!({ "seats": 5, "reason": "两名委员临时调离" })).expect(201);
    let again = draw(&round).expect(200);
    assert_eq!(again.json["draws"][0]["number"], 2);
    assert_eq!(again.json["draws"][0]["reason"], "两名委员临时调离");
    assert_eq!(again.json["draws"][1]["superseded"], true);
    assert_eq!(
        again.json["draws"][1]["seed"],
        drawn.json["draws"][0]["seed"]
    );
    let lots = drawn_again(&again.json["draws"][0], round.id);
    let panel = office.get(&round.path("/panel")).expect(200);
    let mut seated = ids(&panel.json["members"], "user_id");
    let mut first: Vec<i64> = lots[..5].to_vec();
    seated.sort_unstable();
    first.sort_unstable();
    assert_eq!(seated, first);
    for who in ["office", "supervisor", "secretary"] {
        app.browser(who)
            .get(&format!("/rounds/{}/panel/draw", round.id))
            .expect(200)
            .contains("两名委员临时调离")
            .contains(again.json["draws"][0]["seed"].as_str().unwrap());
    }
}

#[test]
fn a_draw_is_prepared_and_completed_on_pages() {
    let app = TestApp::start();
    let round = app.round();
    let page = format!("/rounds/{}/panel/draw", round.id);
    let office = app.browser("office");
    let last = app.user_id("reviewer6").to_string();
    office
        .submit(&page, &page, &[("seats", "5"), ("leave_out[]", &last)])
        .expect(422)
        .contains("请写明理由");
    office
        .submit(
            &page,
            &page,
            &[
                ("seats", "5"),
                ("leave_out[]", &last),
                ("leave_out_reason", "学习"),
            ],
        )
        .expect(303);
    let nonce = format!("{page}/nonce");
    let supervisor = app.browser("supervisor");
    supervisor
        .submit(&page, &nonce, &[("nonce", WORD)])
        .expect(303);
    supervisor
        .get(&page)
        .expect(200)
        .contains("有效")
        .contains(WORD)
        .contains("学习");
    office
        .get(&format!("/rounds/{}/panel", round.id))
        .expect(200)
        .contains("抽签记录")
        .contains("名单由抽签产生");
}

#[test]
fn invitations_are_sent_after_the_check_and_a_declined_seat_needs_a_substitute() {
    let app = TestApp::start();
    let round = app.round();
    let office = app.api("office");
    let invite = round.path("/panel/invitations");
    let answer = round.path("/panel/answer");
    office.post(&invite, json!({})).refused(409, "panel_size");
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
    app.api("reviewer2")
        .post(&answer, json!({ "accept": true }))
        .refused(409, "not_invited");
    app.api("secretary")
        .post(&invite, json!({}))
        .refused(403, "role_required");
    office.post(&invite, json!({})).expect(200);
    office.post(&invite, json!({})).refused(409, "all_invited");

    app.browser("reviewer2")
        .get("/home")
        .contains("答复评审邀请");
    app.api("reviewer2")
        .post(&answer, json!({ "accept": true }))
        .expect(200);
    app.api("reviewer3")
        .post(&answer, json!({ "accept": false }))
        .invalid("reason");
    let declined = app
        .browser("reviewer3")
        .submit(
            &format!("/rounds/{}/panel", round.id),
            &format!("/rounds/{}/panel/answer", round.id),
            &[("accept", "false"), ("reason", "出国")],
        )
        .expect(303);
    assert!(declined.header("location").ends_with("/panel"));
    app.api("reviewer3")
        .post(&answer, json!({ "accept": true }))
        .refused(409, "invitation_answered");
    // Without a seat one does not know of a round that is not published.
    app.api("reviewer6")
        .post(&answer, json!({ "accept": true }))
        .expect(404);

    // Nothing goes on with an empty seat; why somebody declined is the committee's to know.
    office
        .post(&round.path("/publish"), json!({}))
        .refused(409, "seat_declined");
    app.browser("office")
        .get("/home")
        .contains("替换谢绝邀请的委员");
    let seen = office.get(&round.path("/panel")).expect(200);
    assert!(seen.text.contains("出国"), "{}", seen.text);
    assert!(seen.json["fault"].as_str().unwrap().contains("谢绝"));
    let by_member = app.api("reviewer2").get(&round.path("/panel")).expect(200);
    assert!(!by_member.text.contains("出国"), "{}", by_member.text);

    // Substitutes take the seat in their order.
    let replace = round.path("/panel/replacements");
    let third = app.user_id("reviewer3");
    let (sixth, seventh) = (app.user_id("reviewer6"), app.user_id("reviewer7"));
    office
        .post(&replace, json!({ "out_user_id": third, "reason": "谢绝" }))
        .refused(409, "no_substitute");
    office
        .put(
            &round.path("/panel/substitutes"),
            seen.version(),
            json!({ "user_ids": [third] }),
        )
        .invalid("user_ids[0]");
    office
        .put(
            &round.path("/panel/substitutes"),
            seen.version(),
            json!({ "user_ids": [sixth, seventh] }),
        )
        .expect(200);
    office
        .post(
            &replace,
            json!({ "out_user_id": third, "in_user_id": seventh, "reason": "谢绝" }),
        )
        .refused(409, "substitute_order");
    office
        .post(&replace, json!({ "out_user_id": third }))
        .invalid("reason");
    let replaced = office
        .post(
            &replace,
            json!({ "out_user_id": third, "reason": "谢绝邀请" }),
        )
        .expect(200);
    assert_eq!(
        ids(&replaced.json["record"]["substitutes"], "user_id"),
        [seventh]
    );
    assert!(
        replaced.json["fault"].is_null(),
        "{}",
        replaced.json["fault"]
    );
    assert!(ids(&replaced.json["members"], "user_id").contains(&sixth));
    // The new member is invited, too; the replacement is shown to all who see the panel.
    app.api("reviewer6")
        .post(&answer, json!({ "accept": true }))
        .expect(200);
    office.post(&round.path("/publish"), json!({})).expect(200);
    let public = app.api("yunwei").get(&round.path("/panel")).expect(200);
    let shown = &public.json["record"]["replacements"][0];
    assert_eq!(shown["reason"], "谢绝邀请");
    assert!(shown["came_alias"].is_null());
}

#[test]
fn a_member_replaced_during_scoring_leaves_sheets_that_do_not_count() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("diaokong", 1),
        round.submitted_bid("renhou", 2),
    ];
    round.open();
    round.start_scoring();
    round.score_all(&bids);
    let office = app.api("office");
    let [third, sixth, seventh] =
        ["reviewer3", "reviewer6", "reviewer7"].map(|username| app.user_id(username));
    office
        .post(
            &round.path("/panel/replacements"),
            json!({ "out_user_id": third, "in_user_id": sixth, "reason": "因病" }),
        )
        .expect(200);
    let panel = office.get(&round.path("/panel")).expect(200);
    let shown = &panel.json["record"]["replacements"][0];
    assert_eq!(shown["sheets_set_aside"], 3);
    assert_eq!(shown["during_scoring"], true);
    assert_eq!(shown["left_alias"], "R3");

    // Out: sees nothing any more. In: signs first, then sees all but the own organization's topic.
    let sheet = |bid: usize| format!("/api/v1/bids/{}/score_sheet", bids[bid]);
    app.api("reviewer3").get(&sheet(0)).expect(404);
    app.api("reviewer6")
        .get(&sheet(0))
        .refused(403, "undertaking_required");
    let evaluation = panel.json["evaluation_id"].as_i64().unwrap();
    app.api("reviewer6")
        .post(
            &format!("/api/v1/evaluations/{evaluation}/undertaking"),
            json!({}),
        )
        .expect(200);
    app.api("reviewer6").get(&sheet(0)).expect(200);
    app.api("reviewer6").get(&sheet(1)).refused(403, "recused");

    // The result is over the sheets of who sits: four, or five once the new member has marked.
    round.score("reviewer6", bids[0], 80.0).expect(200);
    office.post(&round.path("/lock"), json!({})).expect(200);
    let result = app.api("secretary").get(&round.path("/result")).expect(200);
    let rows: Vec<i64> = (0..3)
        .map(|topic| {
            result.json["topics"][topic]["rows"][0]["sheets_valid"]
                .as_i64()
                .unwrap()
        })
        .collect();
    assert_eq!(rows, [5, 4, 4], "{}", result.text);
    assert!(
        !result.json["topics"][0].to_string().contains("\"R3\""),
        "the sheets of who left are not counted"
    );
    office
        .post(
            &round.path("/panel/replacements"),
            json!({ "out_user_id": sixth, "in_user_id": seventh, "reason": "x" }),
        )
        .refused(409, "panel_fixed");
}

#[test]
fn the_order_of_presentation_is_drawn_after_the_opening_and_shown_to_all_affected() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids: Vec<i64> = ["yunwei", "renhou", "biandian", "jianxiu"]
        .iter()
        .map(|branch| round.submitted_bid(branch, 0))
        .collect();
    let other = round.submitted_bid("wangjing", 2);
    let path = round.path("/presentation");
    let nonce = round.path("/presentation/nonce");
    let office = app.api("office");
    office.post(&path, json!({})).refused(409, "not_opened");
    round.open();
    app.api("secretary")
        .post(&path, json!({}))
        .refused(403, "role_required");
    office.post(&path, json!({})).expect(201);
    app.browser("supervisor")
        .get("/home")
        .contains("抽取述标顺序");
    office
        .post(&nonce, json!({ "nonce": WORD }))
        .refused(403, "role_required");
    let drawn = app
        .api("supervisor")
        .post(&nonce, json!({ "nonce": WORD }))
        .expect(200);
    let lots = drawn_again(&drawn.json["draws"][0], round.id);
    let first: Vec<i64> = lots
        .iter()
        .copied()
        .filter(|id| bids.contains(id))
        .collect();
    assert_eq!(ids(&drawn.json["topics"][0]["order"], "bid_id"), first);
    assert_eq!(ids(&drawn.json["topics"][1]["order"], "bid_id"), [other]);

    // All affected see the same: bidders, the panel, the committee; nobody else.
    for who in ["yunwei", "jianxiu.sj", "reviewer4", "secretary"] {
        let seen = app.api(who).get(&path).expect(200);
        assert_eq!(seen.json, drawn.json, "{who}");
    }
    app.api("baihe")
        .get(&path)
        .refused(403, "presentation_not_yours");
    app.browser("yunwei")
        .get(&format!("/rounds/{}/presentation", round.id))
        .expect(200)
        .contains("运维党支部")
        .contains("打印");

    // Again with a reason only; what became void presents no more.
    office.post(&path, json!({})).invalid("reason");
    office
        .post(
            &format!("/api/v1/bids/{}/void", bids[1]),
            json!({ "reason": "弄虚作假" }),
        )
        .expect(200);
    let left = app.api("yunwei").get(&path).expect(200);
    assert_eq!(left.json["topics"][0]["order"].as_array().unwrap().len(), 3);
    office
        .post(&path, json!({ "reason": "一家废标" }))
        .expect(201);
    let again = app
        .api("supervisor")
        .post(&nonce, json!({ "nonce": "另外一句足够长的话" }))
        .expect(200);
    assert_eq!(again.json["draws"][1]["superseded"], true);
    assert_eq!(again.json["draws"][0]["pool"].as_array().unwrap().len(), 4);
}

fn evaluation_of(round: &TestRound) -> i64 {
    let panel = round
        .app
        .api("office")
        .get(&round.path("/panel"))
        .expect(200);
    panel.json["evaluation_id"].as_i64().unwrap()
}

#[test]
fn ties_declared_when_signing_recuse_and_what_was_signed_is_kept() {
    let app = TestApp::start();
    let round = app.round().published();
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("biandian", 1),
        round.submitted_bid("renhou", 2),
    ];
    let evaluation = evaluation_of(&round);
    let sign = format!("/api/v1/evaluations/{evaluation}/undertaking");
    let tie = |code: &str| json!({ "organization_id": organization(&app, code), "kind": "mentor" });

    // Signed before the opening, with a tie to an organization; it takes effect when scoring starts.
    let third = app.api("reviewer3");
    third
        .post(&sign, json!({ "ties": [tie("TX-YW"), tie("TX-YW")] }))
        .invalid("ties[1][organization_id]");
    third
        .post(
            &sign,
            json!({ "ties": [{ "organization_id": 1, "kind": "kin" }] }),
        )
        .invalid("ties[0][organization_id]");
    third
        .post(&sign, json!({ "ties": [tie("TX-YW")] }))
        .expect(200);
    third
        .post(&sign, json!({}))
        .refused(409, "already_undertaken");
    let check = app
        .api("office")
        .get(&round.path("/panel/conflicts"))
        .expect(200);
    assert!(
        strings(&check.json["members"][2]["conflicts"], "cause").contains(&"tie".to_owned()),
        "{}",
        check.text
    );
    let trail = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=10")
        .expect(200);
    for part in ["text_version", "text_digest", "\\\"ties\\\":1", "digest"] {
        let plain = part.replace('\\', "");
        assert!(
            trail.text.contains(part) || trail.text.contains(&plain),
            "{part}: {}",
            trail.text
        );
    }

    round.open();
    app.api("office")
        .post(&round.path("/scoring"), json!({}))
        .expect(200);
    let sheet = |bid: usize| format!("/api/v1/bids/{}/score_sheet", bids[bid]);
    third.get(&sheet(0)).refused(403, "recused");
    third.get(&sheet(1)).expect(200);

    // Signed during scoring: at once, and nothing shows before it.
    let second = app.api("reviewer2");
    second.get(&sheet(1)).refused(403, "undertaking_required");
    second
        .post(&sign, json!({ "ties": [tie("TX-BD")] }))
        .expect(200);
    second.get(&sheet(1)).refused(403, "recused");
    second.get(&sheet(0)).expect(200);

    // On the page, too.
    let browser = app.browser("reviewer1");
    let page = format!("/evaluations/{evaluation}");
    browser.get(&page).contains("利害关系申报");
    let renhou = organization(&app, "TX-BD").to_string();
    browser
        .submit(
            &page,
            &format!("{page}/undertaking"),
            &[
                ("ties[0][organization_id]", &renhou),
                ("ties[0][kind]", "cooperation"),
                ("ties[1][organization_id]", ""),
                ("ties[1][kind]", ""),
            ],
        )
        .expect(303);
    app.api("reviewer1").get(&sheet(1)).refused(403, "recused");
}

#[test]
fn a_recusal_is_lifted_by_two_people_and_never_ones_own_organizations() {
    let app = TestApp::start();
    let round = app.round().published();
    let second = app.user_id("reviewer2");
    app.api("office")
        .post(
            &format!("/api/v1/users/{second}/relations"),
            json!({ "kind": "cooperation", "organization_id": organization(&app, "TX-YW") }),
        )
        .expect(201);
    let bids = [
        round.submitted_bid("yunwei", 0),
        round.submitted_bid("yingxiao", 1),
        round.submitted_bid("renhou", 2),
    ];
    round.open();
    round.start_scoring();
    let office = app.api("office");
    let supervisor = app.api("supervisor");
    let list = office.get(&round.path("/recusals")).expect(200);
    let id_of = |cause: &str| {
        let all = list.json["recusals"].as_array().unwrap();
        let found = all.iter().find(|one| one["cause"] == cause);
        found.unwrap_or_else(|| panic!("no {cause}: {}", list.text))["id"]
            .as_i64()
            .unwrap()
    };
    let (relation, own) = (id_of("relation"), id_of("own_organization"));
    let lift = |id: i64| format!("/api/v1/recusals/{id}/lift");
    let confirm = |id: i64| format!("/api/v1/recusals/{id}/confirm");
    let why = json!({ "reason": "合作已于去年结束，登记未更新" });

    // One's own organization's stands whatever anybody wants.
    office
        .post(&lift(own), why.clone())
        .refused(409, "own_organization_stands");
    supervisor
        .post(&confirm(own), json!({ "agree": true }))
        .refused(409, "no_lift_proposed");

    // Nobody alone: not the supervisor first, not the office twice, not the person, not a bystander.
    supervisor
        .post(&confirm(relation), json!({ "agree": true }))
        .refused(409, "no_lift_proposed");
    for (who, code) in [
        ("supervisor", "role_required"),
        ("reviewer2", "role_required"),
    ] {
        app.api(who)
            .post(&lift(relation), why.clone())
            .refused(403, code);
    }
    office.post(&lift(relation), json!({})).invalid("reason");
    office.post(&lift(relation), why.clone()).expect(200);
    office
        .post(&lift(relation), why.clone())
        .refused(409, "lift_pending");
    office
        .post(&confirm(relation), json!({ "agree": true }))
        .refused(403, "role_required");
    let sheet = format!("/api/v1/bids/{}/score_sheet", bids[0]);
    app.api("reviewer2").get(&sheet).refused(403, "recused");
    app.browser("supervisor")
        .get("/home")
        .contains("确认解除回避");

    // Refused with a note, proposed again, agreed to: then, and only then, it counts no more.
    supervisor
        .post(&confirm(relation), json!({ "agree": false }))
        .invalid("note");
    supervisor
        .post(
            &confirm(relation),
            json!({ "agree": false, "note": "请附证明" }),
        )
        .expect(200);
    app.api("reviewer2").get(&sheet).refused(403, "recused");
    let page = format!("/rounds/{}/recusals", round.id);
    app.browser("office")
        .submit(
            &page,
            &format!("/recusals/{relation}/lift"),
            &[("reason", "已附证明")],
        )
        .expect(303);
    app.browser("supervisor")
        .submit(
            &page,
            &format!("/recusals/{relation}/confirm"),
            &[("agree", "true")],
        )
        .expect(303);
    app.api("reviewer2").get(&sheet).expect(200);
    let shown = app
        .api("secretary")
        .get(&round.path("/recusals"))
        .expect(200);
    let lifted = shown.json["recusals"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["id"] == relation)
        .unwrap()
        .clone();
    assert!(lifted["lifted_at"].is_string());
    assert_eq!(strings(&lifted["lifts"], "state"), ["refused", "confirmed"]);
    // The secretary reads that there was a relation, not which.
    assert!(lifted["reason"].is_null(), "{lifted}");
    app.api("yunwei")
        .get(&round.path("/recusals"))
        .refused(403, "recusals_private");

    // It is shown in the result for ever, and the recusals that stand beside it.
    round.score_all(&bids[..1]);
    for reviewer in ["reviewer1", "reviewer2", "reviewer3", "reviewer5"] {
        round.score(reviewer, bids[1], 80.0).expect(200);
    }
    for reviewer in 1..=5 {
        round
            .score(&format!("reviewer{reviewer}"), bids[2], 80.0)
            .expect(200);
    }
    office.post(&round.path("/lock"), json!({})).expect(200);
    let file = office.get(&round.path("/result.json")).expect(200);
    assert_eq!(file.json["lifted_recusals"][0]["alias"], "R2");
    assert_eq!(file.json["recusals"][0]["alias"], "R4");
    office
        .post(&lift(relation), why)
        .refused(409, "recusal_lifted");
}

/// A round of seven in which each bid is marked by three.
fn divided(app: &TestApp) -> (TestRound<'_>, Vec<i64>) {
    let round = app.round();
    seat(
        &round,
        &[
            "reviewer1",
            "reviewer2",
            "reviewer3",
            "reviewer4",
            "reviewer5",
            "reviewer6",
            "reviewer7",
        ],
    );
    let office = app.api("office");
    let path = round.path("/panel/assignment");
    let version = office.get(&path).expect(200).version();
    office
        .put(&path, version, json!({ "reviewers_per_bid": 8 }))
        .invalid("reviewers_per_bid");
    office
        .put(&path, version, json!({ "reviewers_per_bid": 3 }))
        .expect(200);
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.set_clock("2026-03-02T09:00+08:00");
    let mut bids = Vec::new();
    for (n, branch) in [
        "yunwei", "renhou", "biandian", "jianxiu", "wangjing", "gaochang", "yingxiao",
    ]
    .iter()
    .enumerate()
    {
        bids.push(round.submitted_bid(branch, n % 3));
    }
    (round, bids)
}

fn assigned(app: &TestApp, evaluation: i64, reviewer: &str) -> Vec<i64> {
    let shown = app
        .api(reviewer)
        .get(&format!("/api/v1/evaluations/{evaluation}"))
        .expect(200);
    ids(&shown.json["assignments"], "bid_id")
}

#[test]
fn bids_are_divided_among_the_panel_and_each_sees_their_own() {
    let app = TestApp::start();
    let (round, bids) = divided(&app);
    let office = app.api("office");
    let plan = round.path("/panel/assignment");
    // Nothing of the bids shows before the opening.
    let before = office.get(&plan).expect(200);
    assert_eq!(before.json["bids"], 0);
    app.api("yunwei")
        .get(&plan)
        .refused(403, "assignment_private");
    round.open();
    office.post(&round.path("/scoring"), json!({})).expect(200);
    let evaluation = evaluation_of(&round);
    let reviewers: Vec<String> = (1..=7).map(|n| format!("reviewer{n}")).collect();
    for reviewer in &reviewers {
        app.api(reviewer)
            .post(
                &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                json!({}),
            )
            .expect(200);
    }
    let own: Vec<Vec<i64>> = reviewers
        .iter()
        .map(|reviewer| assigned(&app, evaluation, reviewer))
        .collect();
    for bid in &bids {
        let markers = own.iter().filter(|mine| mine.contains(bid)).count();
        assert_eq!(markers, 3, "{own:?}");
    }
    let sizes: Vec<usize> = own.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3; 7], "21 over seven");
    // reviewer4 belongs to 营销党支部, whose bid is on the first topic with three others.
    for bid in [bids[0], bids[3], bids[6]] {
        assert!(!own[3].contains(&bid));
    }

    // Whoever is not to mark a bid does not see it: not on lists, not by address, not to score.
    for (reviewer, mine) in reviewers.iter().zip(&own) {
        let listed = app
            .api(reviewer)
            .get(&round.path("/bids?limit=100"))
            .expect(200);
        let mut seen: Vec<i64> = listed
            .items()
            .iter()
            .map(|item| item["id"].as_i64().unwrap())
            .collect();
        seen.sort_unstable();
        let mut expected = mine.clone();
        expected.sort_unstable();
        assert_eq!(seen, expected, "{reviewer}");
        let other = bids
            .iter()
            .find(|bid| !mine.contains(bid))
            .copied()
            .unwrap();
        app.api(reviewer)
            .get(&format!("/api/v1/bids/{other}"))
            .expect(404);
        app.api(reviewer)
            .get(&format!("/api/v1/bids/{}", mine[0]))
            .expect(200);
    }
    let stranger = bids.iter().find(|bid| !own[0].contains(bid)).unwrap();
    app.api("reviewer1")
        .get(&format!("/api/v1/bids/{stranger}/score_sheet"))
        .refused(403, "not_assigned");
    let shown = office.get(&plan).expect(200);
    assert_eq!(ids(&shown.json["loads"], "bids"), [3; 7]);
    assert_eq!(shown.json["digest"].as_str().unwrap().len(), 64);
    app.browser("office")
        .get(&format!("/rounds/{}/panel/assignment", round.id))
        .expect(200)
        .contains("分配结果");
    app.browser("reviewer1")
        .get("/home")
        .contains("还有 3 份没有提交");

    // Quorum counts who was to mark: two of three suffice, one does not.
    for (reviewer, mine) in reviewers.iter().zip(&own).skip(1) {
        for bid in mine {
            round.score(reviewer, *bid, 80.0).expect(200);
        }
    }
    office.post(&round.path("/lock"), json!({})).expect(200);
    let file = office.get(&round.path("/result.json")).expect(200);
    assert_eq!(file.json["assignments"].as_array().unwrap().len(), 7);
    let rows: Vec<&Value> = file.json["ranking"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|topic| topic["rows"].as_array().unwrap())
        .collect();
    assert_eq!(rows.len(), 7);
    assert!(rows.iter().all(|row| row["quorum_met"] == true));
    let text: result_file::ResultFile = result_file::ResultFile::from_json(&file.text).unwrap();
    assert_eq!(result_file::differences(&text), Vec::<String>::new());
}

#[test]
fn a_recusal_or_a_replacement_passes_the_bids_on() {
    let app = TestApp::start();
    let (round, bids) = divided(&app);
    round.open();
    let office = app.api("office");
    office.post(&round.path("/scoring"), json!({})).expect(200);
    let evaluation = evaluation_of(&round);
    for n in 1..=7 {
        app.api(&format!("reviewer{n}"))
            .post(
                &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                json!({}),
            )
            .expect(200);
    }
    let mine = assigned(&app, evaluation, "reviewer2");
    app.api("reviewer2")
        .post(
            &format!("/api/v1/bids/{}/recusal", mine[0]),
            json!({ "reason": "申报负责人是我的同学" }),
        )
        .expect(201);
    let left = assigned(&app, evaluation, "reviewer2");
    assert!(!left.contains(&mine[0]));
    let plan = office.get(&round.path("/panel/assignment")).expect(200);
    assert_eq!(plan.json["short"], json!([]), "{}", plan.text);
    let loads = ids(&plan.json["loads"], "bids");
    assert_eq!(loads.iter().sum::<i64>(), 3 * bids.len() as i64);
}

#[test]
fn too_few_reviewers_for_a_bid_are_named_before_scoring_starts() {
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
    let office = app.api("office");
    let path = round.path("/panel/assignment");
    let version = office.get(&path).expect(200).version();
    office
        .put(&path, version, json!({ "reviewers_per_bid": 5 }))
        .expect(200);
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.set_clock("2026-03-02T09:00+08:00");
    round.submitted_bid("yingxiao", 0);
    round.submitted_bid("yunwei", 1);
    round.open();
    let refused = office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "assignment_infeasible");
    assert!(
        refused.text.contains("yingxiao 的项目") && refused.text.contains("可评 4 名"),
        "{}",
        refused.text
    );
    // Nothing was started; with fewer per bid it goes.
    let version = office.get(&path).expect(200).version();
    office
        .put(&path, version, json!({ "reviewers_per_bid": 4 }))
        .expect(200);
    office.post(&round.path("/scoring"), json!({})).expect(200);
}
