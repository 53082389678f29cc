//! Passwords and colleagues: who reads a bid.

use super::*;

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
        .refused(409, "nothing_to_grant");
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

#[test]
fn a_new_colleague_reads_what_is_submitted_from_then_on() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let path = format!("/api/v1/bids/{bid}");
    let organization = app.api("yunwei").get(&path).expect(200).json["organization_id"].clone();
    let made = app
        .api("sysadmin")
        .post(
            "/api/v1/users",
            json!({ "organization_id": organization, "staff_number": "TX9001", "name": "新同志", "post": "干事",
                "username": "xintongzhi", "password": "Another#Horse2" }),
        )
        .expect(201);
    let role = json!({ "role": "applicant", "organization_id": organization });
    app.api("secadmin")
        .post(&format!("/api/v1/users/{}/roles", made.id()), role)
        .expect(201);
    let colleague = app.make_own("xintongzhi", "Another#Horse2", "Mine#Horse333");
    assert_eq!(colleague.get(&path).expect(200).json["locked"], true);
    let secretary = app.api("yunwei.sj");
    secretary
        .post(&format!("{path}/submit"), json!({}))
        .expect(200);
    assert_eq!(colleague.get(&path).expect(200).json["locked"], false);
    colleague.get(&path).expect(200).contains("外破隐患发现晚");
}
