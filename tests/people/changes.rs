//! People are renamed, moved, disabled and enabled again; what was done keeps the names of its day.

use super::*;
use crate::support::moments::Moment;
use crate::support::rounds::{bid_body, round_body};

fn path(app: &TestApp, username: &str) -> String {
    format!("/api/v1/users/{}", app.user_id(username))
}

/// The normal path to a one-time password.
fn set_anew(app: &TestApp, path: &str, password: &str) {
    let reason = json!({ "reason": "已当面核实。" });
    app.api("secadmin")
        .post(&format!("{path}/reset"), reason)
        .expect(202);
    app.api("sysadmin")
        .post(&format!("{path}/password"), json!({ "password": password }))
        .expect(204);
}

#[test]
fn an_account_is_disabled_and_enabled_with_no_password_until_two_set_one() {
    let app = TestApp::start();
    let (sysadmin, secadmin) = (app.api("sysadmin"), app.api("secadmin"));
    let path = path(&app, "biandian");
    let login = |password: &str| {
        let words = json!({ "username": "biandian", "password": password });
        app.client().post("/api/v1/session", words)
    };
    let does = |client: &Client, verb: &str| client.post(&format!("{path}/{verb}"), json!({}));
    does(&sysadmin, "enable").refused(409, "not_disabled");
    does(&sysadmin, "disable").expect(200);
    does(&secadmin, "enable").refused(403, "role_required");
    app.browser("sysadmin")
        .get(path.trim_start_matches("/api/v1"))
        .expect(200)
        .contains("启用账号");
    let enabled = does(&sysadmin, "enable").expect(200);
    assert_eq!(enabled.json["disabled"], false);
    assert!(!enabled.json["roles"].as_array().unwrap().is_empty());
    login("Correct#Horse1").refused(401, "login_failed");
    set_anew(&app, &path, "Another#Horse2");
    let own = app.make_own("biandian", "Another#Horse2", "Mine#Horse333");
    own.get("/api/v1/me").expect(200);
    no_findings(&app);
}

#[test]
fn a_person_is_corrected_on_the_version_that_was_read() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let path = path(&app, "biandian");
    let version = sysadmin.get(&path).expect(200).version();
    let patch = |version: i64, change: Value| sysadmin.patch(&path, version, change);
    let changed = patch(version, json!({ "name": "田野", "post": "书记" })).expect(200);
    assert_eq!(changed.json["name"], "田野");
    assert_eq!(changed.version(), version + 1);
    patch(version, json!({ "name": "又一个" })).refused(409, "version_conflict");
    patch(version + 1, json!({ "staff_number": "tx0001" })).invalid("staff_number");
    patch(version + 1, json!({ "username": "other" })).refused(409, "username_stays");
    patch(version + 1, json!({ "name": "" })).invalid("name");
    app.api("secadmin")
        .patch(&path, version + 1, json!({ "name": "别名" }))
        .refused(403, "role_required");
    // Who came without an account gets one; it stays theirs.
    let root = organization(&sysadmin, "TX");
    let made = sysadmin
        .post(
            "/api/v1/users",
            json!({ "organization_id": root["id"], "staff_number": "TX9001", "name": "新人", "post": "员工" }),
        )
        .expect(201);
    let other = format!("/api/v1/users/{}", made.id());
    sysadmin
        .patch(&other, 1, json!({ "username": "biandian" }))
        .invalid("username");
    sysadmin
        .patch(&other, 1, json!({ "username": "xinren" }))
        .expect(200);
    set_anew(&app, &other, "Another#Horse2");
    app.make_own("xinren", "Another#Horse2", "Mine#Horse333");
    // By form, with what is there already filled in.
    let browser = app.browser("sysadmin");
    let page = format!("/users/{}/edit", made.id());
    browser.get(&page).expect(200).contains("value=\"TX9001\"");
    let version = sysadmin.get(&other).expect(200).version().to_string();
    browser
        .submit(
            &page,
            &format!("/users/{}", made.id()),
            &[
                ("version", &version),
                ("name", "老人"),
                ("post", "员工"),
                ("staff_number", "ＴＸ９００２"),
            ],
        )
        .expect(303);
    let read = sysadmin.get(&other).expect(200);
    assert_eq!(read.json["name"], "老人");
    assert_eq!(read.json["staff_number"], "TX9002");
    no_findings(&app);
}

#[test]
fn a_person_is_moved_and_keeps_roles_until_they_are_taken_back() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let path = path(&app, "biandian");
    let to = organization(&sysadmin, "TX-YX");
    let moves = |to: &Value| {
        sysadmin.post(
            &format!("{path}/move"),
            json!({ "organization_id": to, "post": "专责" }),
        )
    };
    moves(&json!(1)).invalid("organization_id");
    let moved = moves(&to["id"]).expect(200);
    assert_eq!(moved.json["organization"], to["short_name"]);
    assert_eq!(moved.json["post"], "专责");
    moves(&to["id"]).refused(409, "there_already");
    let held = moved.json["roles"].as_array().unwrap();
    assert!(
        held.iter().any(|one| one["role"] == "applicant"),
        "{held:?}"
    );
    let me = sysadmin.get("/api/v1/me").expect(200).id();
    sysadmin
        .post(
            &format!("/api/v1/users/{me}/move"),
            json!({ "organization_id": to["id"] }),
        )
        .refused(409, "own_account");
    app.browser("sysadmin")
        .get(&format!("/users/{}/move", app.user_id("biandian")))
        .expect(200)
        .contains("调到哪个组织");
    no_findings(&app);
}

#[test]
fn people_say_their_own_name_post_phone_and_mail() {
    let app = TestApp::start();
    let yunwei = app.api("yunwei");
    let path = path(&app, "yunwei");
    let version = yunwei.get(&path).expect(200).version();
    let own = json!({ "name": "高远", "post": "专责", "phone": "0312-6412345", "mail": "gao@tx.example" });
    let with = |field: &str, value: &str| {
        let mut changed = own.clone();
        changed[field] = json!(value);
        yunwei.put("/api/v1/me", version, changed)
    };
    with("mail", "nowhere").invalid("mail");
    with("phone", "无").invalid("phone");
    with("name", " ").invalid("name");
    let saved = yunwei.put("/api/v1/me", version, own.clone()).expect(200);
    assert_eq!(saved.json["mail"], "gao@tx.example");
    yunwei
        .put("/api/v1/me", version, own)
        .refused(409, "version_conflict");
    // For oneself and who keeps the account alone.
    let seen = app.api("office").get(&path).expect(200);
    assert!(seen.json.get("mail").is_none() && seen.json.get("phone").is_none());
    let kept = app.api("sysadmin").get(&path).expect(200);
    assert_eq!(kept.json["phone"], "0312-6412345");
    let browser = app.browser("yunwei");
    let version = saved.version().to_string();
    browser
        .submit(
            "/account/edit",
            "/account",
            &[
                ("version", &version),
                ("name", "高远"),
                ("post", "班长"),
                ("phone", ""),
                ("mail", ""),
            ],
        )
        .expect(303);
    browser
        .get("/account")
        .expect(200)
        .contains("班长")
        .lacks("gao@tx.example");
    no_findings(&app);
}

#[test]
fn what_was_submitted_signed_and_scored_keeps_the_names_of_its_day() {
    let (app, world) = Moment::InForce.start();
    let (sysadmin, office) = (app.api("sysadmin"), app.api("office"));
    let name = |username: &str| {
        sysadmin.get(&path(&app, username)).expect(200).json["name"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    let (leader, signer, reviewer) = (name("yunwei"), name("yunwei.sj"), name("reviewer2"));
    for username in ["yunwei", "yunwei.sj", "reviewer2"] {
        let path = path(&app, username);
        let version = sysadmin.get(&path).expect(200).version();
        sysadmin
            .patch(&path, version, json!({ "name": "改过名" }))
            .expect(200);
    }
    let page = |path: String| app.browser("office").get(&path).expect(200);
    page(format!("/bids/{}", world.id("bid")))
        .contains(&leader)
        .lacks("改过名");
    page(format!("/contracts/{}", world.id("contract")))
        .contains(&signer)
        .lacks("改过名");
    page(format!("/projects/{}", world.id("project"))).lacks("改过名");
    let evaluation = world.id("evaluation");
    office
        .get(&format!(
            "/api/v1/evaluations/{evaluation}/score_sheets?limit=200"
        ))
        .expect(200)
        .contains(&reviewer)
        .lacks("改过名");
    no_findings(&app);
}

/// Whoever was moved or renamed after the submission is covered by the name of its day and of every later one.
#[test]
fn a_blind_round_covers_former_names_and_those_who_moved_on() {
    let app = TestApp::start();
    let mut body = round_body();
    body["rule"] = json!({ "blind": true });
    let round = app.round_of(body).published();
    let sysadmin = app.api("sysadmin");
    let leader = app.user_id("yunwei");
    let old = sysadmin.get(&path(&app, "yunwei")).expect(200).json["name"]
        .as_str()
        .unwrap()
        .to_owned();
    let mut content = bid_body(round.topics[0], leader, "看护到村");
    content["problem"] = json!(format!("{old}（后名高远山）发现隐患晚。"));
    let bid = app
        .api("yunwei")
        .post(&round.path("/bids"), json!({ "content": content }))
        .expect(201)
        .id();
    app.actor("yunwei.sj").submits(bid).done();
    for branch in ["renhou", "biandian"] {
        round.submitted_bid(branch, 0);
    }
    let user = path(&app, "yunwei");
    let version = sysadmin.get(&user).expect(200).version();
    sysadmin
        .patch(&user, version, json!({ "name": "高远山" }))
        .expect(200);
    let to = organization(&sysadmin, "TX-YX");
    sysadmin
        .post(
            &format!("{user}/move"),
            json!({ "organization_id": to["id"] }),
        )
        .expect(200);
    // The role they held there is gone, too.
    let secadmin = app.api("secadmin");
    for role in secadmin.get(&user).expect(200).json["roles"]
        .as_array()
        .unwrap()
    {
        secadmin
            .post(&format!("{user}/roles/{}/revoke", role["id"]), json!({}))
            .expect(204);
    }
    round.open();
    round.start_scoring();
    let read = app
        .api("reviewer2")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200);
    read.contains("发现隐患晚").lacks(&old).lacks("高远山");
    app.browser("reviewer2")
        .get(&format!("/bids/{bid}"))
        .expect(200)
        .lacks(&old)
        .lacks("高远山");
    app.api("yunwei.sj")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200)
        .contains(&old);
    no_findings(&app);
}

/// Whoever left a bidding organization lately does not judge it.
#[test]
fn a_reviewer_who_moved_on_is_recused_from_where_they_were() {
    let app = TestApp::start();
    let round = app.round().published();
    let sysadmin = app.api("sysadmin");
    let reviewer = path(&app, "reviewer3");
    let moves = |code: &str| {
        let to = organization(&sysadmin, code);
        let words = json!({ "organization_id": to["id"] });
        sysadmin
            .post(&format!("{reviewer}/move"), words)
            .expect(200);
    };
    moves("TX-YW");
    moves("TX-YX");
    let bid = round.submitted_bid("yunwei", 0);
    round.submitted_bid("renhou", 0);
    round.open();
    round.start_scoring();
    let mark = app
        .api("reviewer3")
        .get(&format!("/api/v1/bids/{bid}/score_sheet"));
    assert_ne!(mark.status, 200, "{}", mark.text);
    no_findings(&app);
}
