//! A disabled organization begins, saves, submits and signs nothing new, and is told what would change it.

use super::*;
use crate::support::moments::Moment;
use crate::support::rounds::bid_body;

fn switch(app: &TestApp, code: &str, disabled: bool) {
    let sysadmin = app.api("sysadmin");
    let found = organization(&sysadmin, code);
    let path = format!("/api/v1/organizations/{}", found["id"]);
    let version = found["version"].as_i64().unwrap();
    sysadmin
        .patch(&path, version, json!({ "disabled": disabled }))
        .expect(200);
}

#[test]
fn an_organization_is_disabled_and_enabled_once() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let id = organization(&sysadmin, "TX-YW")["id"].clone();
    let path = |verb: &str| format!("/api/v1/organizations/{id}/{verb}");
    let none = || json!({});
    app.api("office")
        .post(&path("disable"), none())
        .refused(403, "role_required");
    sysadmin
        .post(&path("enable"), none())
        .refused(409, "not_disabled");
    let shown = sysadmin.post(&path("disable"), none()).expect(200);
    assert_eq!(shown.json["disabled"], true);
    sysadmin
        .post(&path("disable"), none())
        .refused(409, "already_disabled");
    let shown = sysadmin.post(&path("enable"), none()).expect(200);
    assert_eq!(shown.json["disabled"], false);
    let own = sysadmin.get("/api/v1/me").expect(200).json["organization_id"].clone();
    sysadmin
        .post(&format!("/api/v1/organizations/{own}/disable"), none())
        .refused(409, "own_organization");
}

#[test]
fn a_disabled_organization_bids_no_more() {
    const CODE: &str = "organization_disabled";
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let (yunwei, secretary) = (app.api("yunwei"), app.api("yunwei.sj"));
    let path = format!("/api/v1/bids/{bid}");
    switch(&app, "TX-YW", true);
    yunwei
        .post(&round.path("/bids"), json!({}))
        .refused(409, CODE)
        .contains("请系统管理员先启用");
    let words = bid_body(round.topics[0], app.user_id("yunwei"), "看护到村");
    yunwei.put(&path, 1, words).refused(409, CODE);
    secretary
        .post(&format!("{path}/submit"), json!({}))
        .refused(409, CODE);
    yunwei
        .upload(
            &format!("{path}/attachments"),
            "方案.txt",
            "text/plain",
            "现场照片说明".as_bytes(),
        )
        .refused(409, CODE);
    // The buttons say the same; what was typed stays on the page.
    let browser = app.browser("yunwei");
    browser
        .get(&format!("/rounds/{}", round.id))
        .expect(200)
        .contains("已停用，不再申报和签署");
    browser.get(&format!("/bids/{bid}")).expect(200);
    browser
        .submit(
            &format!("/bids/{bid}"),
            &format!("/bids/{bid}/edit"),
            &[("version", "1"), ("title", "巡线新办法")],
        )
        .expect(403)
        .contains("巡线新办法")
        .contains("请系统管理员先启用");
    // Others go on, and so does it once it is enabled.
    round.submitted_bid("renhou", 0);
    switch(&app, "TX-YW", false);
    secretary
        .post(&format!("{path}/submit"), json!({}))
        .expect(200);
    no_findings(&app);
}

#[test]
fn a_disabled_organization_signs_no_contract() {
    let (app, world) = Moment::Drafted.start();
    let contract = world.id("contract");
    let signs = || app.actor("yunwei.sj").signs(contract);
    switch(&app, "TX-YW", true);
    signs().refused(409, "organization_disabled");
    switch(&app, "TX-YW", false);
    signs().done();
}
