//! Passwords and colleagues: who reads a bid.

use biaogan::db::schema::bid_keys;
use diesel::prelude::*;

use super::*;
use crate::support::Client;

#[test]
fn a_password_set_by_an_administrator_shows_no_sealed_bid_until_a_colleague_grants() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    app.api("yunwei")
        .get(&path)
        .expect(200)
        .contains("外破隐患发现晚");
    app.reset("yunwei", "Another#Horse2");
    let applicant = app.make_own("yunwei", "Another#Horse2", "Mine#Horse333");
    let locked = applicant.get(&path).expect(200).lacks("外破隐患发现晚");
    assert_eq!(locked.json["locked"], true);
    let version = locked.version();
    applicant
        .put(
            &path,
            version,
            bid_body(round.topics[0], app.user_id("yunwei.sj"), "改"),
        )
        .refused(403, "sealed_without_key");
    applicant.get(&format!("{path}/attachments")).expect(200);

    let organization = app.api("yunwei.sj").get(&path).expect(200).json["organization_id"]
        .as_i64()
        .unwrap();
    let keys = format!("/api/v1/organizations/{organization}/key_holders");
    app.browser("yunwei.sj")
        .get("/home")
        .expect(200)
        .contains("持有本组织密钥");
    let me = applicant.get("/api/v1/me").expect(200).id();
    let holders = app.api("yunwei.sj").get(&keys).expect(200);
    let line = |holders: &crate::support::Answer| {
        holders
            .items()
            .iter()
            .find(|line| line["user_id"] == me)
            .unwrap()["holds"]
            .clone()
    };
    assert_eq!(line(&holders), false);
    applicant
        .post(&keys, json!({ "user_id": me }))
        .refused(409, "secretary_consents");
    for stranger in ["renhou", "office", "sysadmin", "secadmin", "supervisor"] {
        app.api(stranger).get(&keys).expect(404);
        app.api(stranger)
            .post(&keys, json!({ "user_id": me }))
            .expect(404);
    }
    let outsider = app.user_id("renhou");
    app.api("yunwei.sj")
        .post(&keys, json!({ "user_id": outsider }))
        .invalid("user_id");
    let granted = app
        .api("yunwei.sj")
        .post(&keys, json!({ "user_id": me }))
        .expect(200);
    assert_eq!(line(&granted), true);
    applicant.get(&path).expect(200).contains("外破隐患发现晚");
}

#[test]
fn ones_own_new_password_keeps_everything_readable() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let id = app.user_id("yunwei");
    let body = json!({ "password": "Another#Horse2", "current": PASSWORD });
    app.api("yunwei")
        .post(&format!("/api/v1/users/{id}/password"), body)
        .expect(204);
    app.log_in("yunwei", "Another#Horse2")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200)
        .contains("外破隐患发现晚");
}

/// A new account that drafts or submits for this organization.
fn newcomer(app: &TestApp, organization: &Value, role: &str) -> Client {
    let made = app
        .api("sysadmin")
        .post(
            "/api/v1/users",
            json!({ "organization_id": organization, "staff_number": "TX9001", "name": "新同志", "post": "干事",
                "username": "xintongzhi", "password": "Another#Horse2" }),
        )
        .expect(201);
    let role = json!({ "role": role, "organization_id": organization });
    app.api("secadmin")
        .post(&format!("/api/v1/users/{}/roles", made.id()), role)
        .expect(201);
    app.make_own("xintongzhi", "Another#Horse2", "Mine#Horse333")
}

fn holders(organization: &Value) -> String {
    format!("/api/v1/organizations/{organization}/key_holders")
}

#[test]
fn a_new_colleague_reads_nothing_submitted_until_the_secretary_consents() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let organization = app.api("yunwei").get(&path).expect(200).json["organization_id"].clone();
    let colleague = newcomer(&app, &organization, "applicant");
    let secretary = app.api("yunwei.sj");
    secretary
        .post(&format!("{path}/submit"), json!({}))
        .expect(200);
    assert_eq!(colleague.get(&path).expect(200).json["locked"], true);
    let me = colleague.get("/api/v1/me").expect(200).id();
    let consent = json!({ "user_id": me });
    let home = |who: &str| app.browser(who).get("/home").expect(200);
    home("yunwei.sj").contains("同意新同志持有本组织密钥");
    home("yunwei").lacks("新同志");
    for not_they in [&colleague, &app.api("yunwei")] {
        not_they
            .post(&holders(&organization), consent.clone())
            .refused(409, "secretary_consents");
    }
    secretary.post(&holders(&organization), consent).expect(200);
    colleague.get(&path).expect(200).contains("外破隐患发现晚");
    // All who hold it are told.
    home("yunwei").contains("知悉：新同志持有了本组织密钥");
    home("yunwei.sj").lacks("新同志");
}

/// Whoever is made a colleague shortly before the first submission does not read it either.
#[test]
fn a_colleague_who_comes_before_the_first_submission_waits_too() {
    let app = TestApp::start();
    let round = app.round().published();
    let branch = app.api("yunwei").get("/api/v1/me").expect(200).json["organization_id"].clone();
    let colleague = newcomer(&app, &branch, "applicant");
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    assert_eq!(colleague.get(&path).expect(200).json["locked"], true);
    let me = colleague.get("/api/v1/me").expect(200).id();
    app.api("yunwei.sj")
        .post(&holders(&branch), json!({ "user_id": me }))
        .expect(200);
    colleague.get(&path).expect(200).contains("外破隐患发现晚");
}

/// Neither the database nor the server's secret opens a draft; its own people write on together.
#[test]
fn a_draft_is_sealed_to_its_own_people_from_the_start() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let by_server = || {
        let mut c = app.app.db.connection().unwrap();
        bid_keys::table
            .filter(bid_keys::bid_id.eq(biaogan::ids::BidId(bid)))
            .select((bid_keys::by_server, bid_keys::organization_key_id))
            .first::<(Option<Vec<u8>>, Option<i64>)>(&mut c)
            .unwrap()
    };
    let (server, organization_key) = by_server();
    assert!(server.is_none() && organization_key.is_some());
    let secretary = app.api("yunwei.sj");
    let read = secretary.get(&path).expect(200).contains("外破隐患发现晚");
    let leader = app.user_id("yunwei");
    let words = bid_body(round.topics[0], leader, "书记改过");
    secretary.put(&path, read.version(), words).expect(200);
    let again = app
        .api("yunwei")
        .get(&path)
        .expect(200)
        .contains("书记改过");
    // A new colleague waits for consent, with what was drafted too.
    let organization = again.json["organization_id"].clone();
    let colleague = newcomer(&app, &organization, "applicant");
    let locked = colleague.get(&path).expect(200).lacks("书记改过");
    assert_eq!(locked.json["locked"], true);
    let words = bid_body(round.topics[0], leader, "另一个改");
    colleague
        .put(&path, locked.version(), words)
        .refused(403, "sealed_without_key");
    let me = colleague.get("/api/v1/me").expect(200).id();
    secretary
        .post(&holders(&organization), json!({ "user_id": me }))
        .expect(200);
    colleague.get(&path).expect(200).contains("书记改过");
    // A password that another set ends the reading, a colleague's consent brings it back: nothing written is lost.
    app.reset("yunwei", "Another#Horse2");
    let applicant = app.make_own("yunwei", "Another#Horse2", "Mine#Horse333");
    assert_eq!(applicant.get(&path).expect(200).json["locked"], true);
    secretary
        .post(&holders(&organization), json!({ "user_id": leader }))
        .expect(200);
    applicant.get(&path).expect(200).contains("书记改过");
    secretary
        .post(&format!("{path}/submit"), json!({}))
        .expect(200);
    assert!(by_server().0.is_none());
}

#[test]
fn who_waits_for_consent_drafts_under_their_own_key_and_colleagues_read_it() {
    let app = TestApp::start();
    let round = app.round().published();
    // The organization has a key by now.
    let first = round.draft_bid("yunwei", 0);
    let secretary = app.api("yunwei.sj");
    let path = format!("/api/v1/bids/{first}");
    let organization = secretary.get(&path).expect(200).json["organization_id"].clone();
    let newcomer = newcomer(&app, &organization, "applicant");
    let content = bid_body(round.topics[1], app.user_id("yunwei"), "新来的起草");
    let body = json!({ "content": content });
    let begun = newcomer
        .post(&format!("/api/v1/rounds/{}/bids", round.id), body)
        .expect(201);
    let path = format!("/api/v1/bids/{}", begun.id());
    let (by_server, by_author) = {
        let mut c = app.app.db.connection().unwrap();
        bid_keys::table
            .filter(bid_keys::bid_id.eq(biaogan::ids::BidId(begun.id())))
            .select((bid_keys::by_server, bid_keys::by_author))
            .first::<(Option<Vec<u8>>, Option<Vec<u8>>)>(&mut c)
            .unwrap()
    };
    assert!(by_server.is_none() && by_author.is_some());
    newcomer.get(&path).expect(200).contains("新来的起草");
    let words = bid_body(round.topics[1], app.user_id("yunwei"), "新来的又改");
    newcomer.put(&path, begun.version(), words).expect(200);
    secretary.get(&path).expect(200).contains("新来的又改");
    secretary
        .post(&format!("{path}/submit"), json!({}))
        .expect(200);
    // What is handed in is the organization's alone.
    let locked = newcomer.get(&path).expect(200).lacks("新来的又改");
    assert_eq!(locked.json["locked"], true);
}

#[test]
fn a_secretary_with_a_new_key_is_let_in_by_one_who_holds_the_organizations() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let organization = app.api("yunwei").get(&path).expect(200).json["organization_id"].clone();
    app.reset("yunwei.sj", "Another#Horse2");
    let secretary = app.make_own("yunwei.sj", "Another#Horse2", "Mine#Horse333");
    assert_eq!(secretary.get(&path).expect(200).json["locked"], true);
    let me = secretary.get("/api/v1/me").expect(200).id();
    app.api("yunwei")
        .post(&holders(&organization), json!({ "user_id": me }))
        .expect(200);
    secretary.get(&path).expect(200).contains("外破隐患发现晚");
}

#[test]
fn with_no_holder_left_those_who_act_begin_anew() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let leader = app.user_id("yunwei");
    for username in ["yunwei", "yunwei.sj"] {
        app.reset(username, "Another#Horse2");
    }
    let applicant = app.make_own("yunwei", "Another#Horse2", "Mine#Horse333");
    let secretary = app.make_own("yunwei.sj", "Another#Horse2", "Mine#Horse333");
    assert_eq!(applicant.get(&path).expect(200).json["locked"], true);
    let made = applicant
        .post(
            &round.path("/bids"),
            json!({ "content": bid_body(round.topics[1], leader, "再来一份") }),
        )
        .expect(201)
        .id();
    let other = format!("/api/v1/bids/{made}");
    secretary
        .post(&format!("{other}/submit"), json!({}))
        .expect(200);
    for one in [&applicant, &secretary] {
        assert_eq!(one.get(&other).expect(200).json["locked"], false);
    }
}
