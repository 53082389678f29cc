//! Departments, unions and youth leagues; organizations moved with all below them, and merged.

use super::*;
use crate::support::moments::Moment;
use crate::support::rounds::round_body;

fn made(client: &Client, parent: &Value, kind: &str, code: &str) -> Value {
    let words = json!({ "parent_id": parent, "kind": kind, "name": code, "short_name": code, "code": code });
    client.post("/api/v1/organizations", words).expect(201).json
}

fn read(client: &Client, id: &Value) -> Value {
    client
        .get(&format!("/api/v1/organizations/{id}"))
        .expect(200)
        .json
}

#[test]
fn departments_do_not_bid_and_unions_do() {
    let app = TestApp::start();
    let (sysadmin, secadmin) = (app.api("sysadmin"), app.api("secadmin"));
    let root = organization(&sysadmin, "TX")["id"].clone();
    let department = made(&sysadmin, &root, "department", "TX-D")["id"].clone();
    let union = made(&sysadmin, &root, "union", "TX-U")["id"].clone();
    made(&sysadmin, &root, "youth", "TX-Y");
    made(&sysadmin, &department, "department", "TX-D-1");
    let under = json!({ "parent_id": department, "kind": "branch", "name": "甲", "short_name": "甲", "code": "TX-D-2" });
    sysadmin
        .post("/api/v1/organizations", under)
        .invalid("kind");
    let person = |code: &str| {
        let words = json!({ "organization_id": root, "staff_number": code, "name": "田野", "post": "干事" });
        app.api("sysadmin")
            .post("/api/v1/users", words)
            .expect(201)
            .id()
    };
    let grant = |user: i64, at: &Value| {
        let words = json!({ "role": "branch_secretary", "organization_id": at });
        secadmin.post(&format!("/api/v1/users/{user}/roles"), words)
    };
    let user = person("TX9001");
    grant(user, &department).refused(409, "department_bids_not");
    grant(user, &union).expect(201);
    app.browser("sysadmin")
        .get("/organizations/new")
        .expect(200)
        .contains("部门")
        .contains("工会")
        .contains("团组织");
    no_findings(&app);
}

#[test]
fn an_organization_moves_with_all_below_it_and_the_rights_follow() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let root = organization(&sysadmin, "TX");
    let general = made(&sysadmin, &root["id"], "general_branch", "TX-G");
    let county = made(&sysadmin, &root["id"], "committee", "TX-C");
    let branch = organization(&sysadmin, "TX-YW");
    let group = made(&sysadmin, &branch["id"], "group", "TX-YW-99");
    let moves = |id: &Value, to: &Value| {
        let words = json!({ "parent_id": to });
        sysadmin.post(&format!("/api/v1/organizations/{id}/move"), words)
    };
    let moved = moves(&branch["id"], &general["id"]).expect(200);
    assert_eq!(
        moved.json["path"],
        format!("{}{}/", general["path"].as_str().unwrap(), branch["id"])
    );
    let below = read(&sysadmin, &group["id"]);
    assert_eq!(
        below["path"],
        format!("{}{}/", moved.json["path"].as_str().unwrap(), group["id"])
    );
    moves(&branch["id"], &general["id"]).refused(409, "there_already");
    moves(&branch["id"], &group["id"]).invalid("parent_id");
    moves(&root["id"], &general["id"]).refused(409, "topmost");
    moves(&general["id"], &branch["id"]).invalid("parent_id");
    moves(&branch["id"], &json!(1)).invalid("parent_id");
    app.api("secadmin")
        .post(
            &format!("/api/v1/organizations/{}/move", branch["id"]),
            json!({ "parent_id": root["id"] }),
        )
        .refused(403, "role_required");

    // To another committee, with all below it; not while it bids in the one it leaves.
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    moves(&general["id"], &county["id"]).expect(200);
    let page = format!("/organizations/{}/restructure", branch["id"]);
    let browser = app.browser("sysadmin");
    browser.get(&page).expect(200).contains("新的上级");
    assert_eq!(read(&sysadmin, &branch["id"])["committee_id"], county["id"]);
    assert_eq!(read(&sysadmin, &group["id"])["committee_id"], county["id"]);
    // The round is the upper committee's, under which it still stands.
    app.api("yunwei")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200);
    let other = made(&sysadmin, &root["id"], "committee", "TX-E");
    browser
        .submit(
            &page,
            page.replace("restructure", "move").as_str(),
            &[("parent_id", &other["id"].to_string())],
        )
        .expect(303);
    assert_eq!(read(&sysadmin, &branch["id"])["committee_id"], other["id"]);
    no_findings(&app);
}

#[test]
fn what_runs_in_the_committee_that_is_left_ends_first() {
    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let root = organization(&sysadmin, "TX");
    // A committee of its own with a round in which the branch bids.
    let round = app.round().published();
    round.submitted_bid("yunwei", 0);
    let branch = organization(&sysadmin, "TX-YW");
    let other = organization(&sysadmin, "TX-YX");
    let merge = |into: &Value| {
        let words = json!({ "into_id": into });
        sysadmin.post(
            &format!("/api/v1/organizations/{}/merge", branch["id"]),
            words,
        )
    };
    merge(&other["id"])
        .refused(409, "still_running")
        .contains("请等这个批次办结");
    sysadmin
        .post(
            &format!("/api/v1/organizations/{}/merge", root["id"]),
            json!({ "into_id": other["id"] }),
        )
        .refused(409, "topmost");
    no_findings(&app);
}

#[test]
fn a_merged_organization_hands_over_its_people_and_keeps_what_it_signed() {
    let (app, world) = Moment::InForce.start();
    let sysadmin = app.api("sysadmin");
    let (branch, into) = (
        organization(&sysadmin, "TX-YW"),
        organization(&sysadmin, "TX-YX"),
    );
    let group = made(&sysadmin, &branch["id"], "group", "TX-YW-99");
    let merge = |into: &Value| {
        let words = json!({ "into_id": into });
        sysadmin.post(
            &format!("/api/v1/organizations/{}/merge", branch["id"]),
            words,
        )
    };
    merge(&branch["id"]).invalid("into_id");
    merge(&group["id"]).invalid("into_id");
    let merged = merge(&into["id"]).expect(200);
    assert_eq!(merged.json["disabled"], true);
    assert_eq!(merged.json["successor_id"], into["id"]);
    merge(&into["id"]).refused(409, "organization_disabled");
    assert_eq!(read(&sysadmin, &group["id"])["parent_id"], into["id"]);
    // Its people are there now, and act for both.
    let me = app.api("yunwei.sj").get("/api/v1/me").expect(200);
    assert_eq!(me.json["organization_id"], into["id"]);
    let name = branch["name"].as_str().unwrap();
    let contract = format!("/contracts/{}", world.id("contract"));
    for who in ["yunwei.sj", "yingxiao.sj", "office"] {
        app.browser(who).get(&contract).expect(200).contains(name);
    }
    let project = format!("/api/v1/projects/{}", world.id("project"));
    app.api("yingxiao").get(&project).expect(200);
    // It bids no more, and is not taken up again.
    let version = merged.version();
    sysadmin
        .patch(
            &format!("/api/v1/organizations/{}", branch["id"]),
            version,
            json!({ "disabled": false }),
        )
        .refused(409, "merged_away");
    let on = |days| json!(app.now() + chrono::Duration::days(days));
    let mut body = round_body();
    body["opens_at"] = on(1);
    body["deadline"] = on(9);
    body["opening_at"] = on(10);
    let round = app.round_of(body).published_as_it_is();
    app.wait(chrono::Duration::days(2));
    let bid = app
        .api("yunwei")
        .post(&round.path("/bids"), json!({}))
        .expect(201);
    assert_eq!(bid.json["organization_id"], into["id"]);
    app.api("yunwei")
        .post(
            &round.path("/bids"),
            json!({ "organization_id": branch["id"] }),
        )
        .refused(409, "organization_disabled")
        .contains("已并入");
    no_findings(&app);
}
