//! Rounds in time: copied from last year's, warned of days off, extended later only, cancelled for good.

use serde_json::{Value, json};

use crate::support::TestApp;
use crate::support::rounds::{TestRound, round_body};

/// A round of last year.
fn last_year(app: &TestApp) -> TestRound<'_> {
    let mut body = round_body();
    body["year"] = json!(2025);
    body["title"] = json!("2025年第一批党建创新项目招标");
    body["opens_at"] = json!("2025-03-03T01:00:00Z");
    body["deadline"] = json!("2025-03-21T09:00:00Z");
    body["opening_at"] = json!("2025-03-24T01:00:00Z");
    body["publicity_days"] = json!(7);
    body["topics"][0]["minimum_bids"] = json!(3);
    body["rule"] = json!({
        "criteria": [{ "name": "方案", "full_marks": 60, "description": "可行" }, { "name": "业绩", "full_marks": 40 }],
        "drop_highest": 0, "drop_lowest": 0, "trim_from": 7, "threshold": 75, "mark_step": 0.1,
        "quorum_numerator": 3, "quorum_denominator": 4,
    });
    body["acceptance_weights"] =
        json!({ "onsite": 40, "questionnaire": 20, "appraisal": 30, "process": 10 });
    app.round_of(body).with_panel()
}

/// Topics without what belongs to the one round alone.
fn topics(round: &Value) -> Vec<Value> {
    let mut topics = round["topics"].as_array().unwrap().clone();
    for topic in &mut topics {
        topic.as_object_mut().unwrap().remove("id");
    }
    topics
}

#[test]
fn last_years_round_is_copied_whole_onto_this_years_working_days() {
    let app = TestApp::start();
    let last = last_year(&app);
    let office = app.api("office");
    let gone = app.user_id("reviewer5");
    app.api("sysadmin")
        .post(&format!("/api/v1/users/{gone}/disable"), json!({}))
        .expect(200);
    let before = office.get(&last.path("")).expect(200).json;
    let copy = office.post(&last.path("/copy"), json!({})).expect(201).json;
    assert_eq!(copy["state"], "draft");
    assert_eq!(copy["year"], 2026);
    assert_eq!(copy["title"], "2026年第一批党建创新项目招标");
    assert_eq!(copy["origin"], json!({ "round_id": last.id, "as": "copy" }));
    for field in [
        "guide",
        "rule",
        "acceptance_weights",
        "publicity_days",
        "contract_days",
    ] {
        assert_eq!(copy[field], before[field], "{field}");
    }
    assert_eq!(topics(&copy), topics(&before));
    assert_ne!(copy["topics"][0]["id"], before["topics"][0]["id"]);
    // The same day of the year, as many working days apart; Monday the 23rd instead of a weekend.
    assert_eq!(copy["opens_at"], "2026-03-03T01:00:00Z");
    assert_eq!(copy["deadline"], "2026-03-23T09:00:00Z");
    assert_eq!(copy["opening_at"], "2026-03-24T01:00:00Z");
    assert_eq!(copy["warnings"], json!([]));
    let panel = office
        .get(&format!("/api/v1/rounds/{}/panel", copy["id"]))
        .expect(200);
    let members = panel.json["members"].as_array().unwrap();
    assert_eq!(members.len(), 4, "{}", panel.text);
    assert!(members.iter().all(|member| member["user_id"] != gone));
    assert_eq!(members.iter().filter(|m| m["seat"] == "chair").count(), 1);
    // What is missing for publishing is said, not hidden.
    office
        .post(&format!("/api/v1/rounds/{}/publish", copy["id"]), json!({}))
        .refused(409, "panel_size");
    assert_eq!(office.get(&last.path("")).expect(200).json, before);
}

#[test]
fn a_round_is_copied_by_a_button_and_by_its_office_alone() {
    let app = TestApp::start();
    let round = app.round().published();
    app.api("yunwei")
        .post(&round.path("/copy"), json!({}))
        .refused(403, "role_required");
    let browser = app.browser("office");
    let page = format!("/rounds/{}", round.id);
    let answer = browser
        .submit(&page, &format!("{page}/copy"), &[])
        .expect(303);
    let form = browser.follow(&answer).expect(200);
    form.contains("已复制为草稿")
        .contains("（沿用）")
        .contains("青年员工培养");
    let drafts = app
        .api("office")
        .get("/api/v1/rounds?state=draft")
        .expect(200);
    assert_eq!(drafts.items().len(), 1);
    // From the draft one gets back to where it came from.
    let draft = drafts.items()[0]["id"].as_i64().unwrap();
    browser
        .get(&format!("/rounds/{draft}"))
        .expect(200)
        .contains("沿用自")
        .contains(&format!("href=\"/rounds/{}\"", round.id));
}

#[test]
fn unusual_dates_are_warned_of_beside_their_fields_and_allowed() {
    let app = TestApp::start();
    let mut body = round_body();
    // A day off for 清明, late in the evening; opened two working days later, late as well.
    body["deadline"] = json!("2026-04-06T15:00:00Z");
    body["opening_at"] = json!("2026-04-09T12:30:00Z");
    let office = app.api("office");
    let made = office.post("/api/v1/rounds", body).expect(201);
    let warned: Vec<&str> = made.json["warnings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|warning| warning["field"].as_str().unwrap())
        .collect();
    assert_eq!(warned, ["deadline", "deadline", "opening_at", "opening_at"]);
    let browser = app.browser("office");
    let id = made.id();
    browser
        .get(&format!("/rounds/{id}/edit"))
        .expect(200)
        .contains("2026年4月6日是清明节假期")
        .contains("开标时间不在 8:00 至 18:00 之间")
        .contains("下一个工作日（2026年4月7日）");
    browser
        .get(&format!("/rounds/{id}"))
        .expect(200)
        .contains("时间安排有 4 处提醒");
    // The button beside the dates looks without saving.
    let page = "/rounds/new";
    let checked = browser.submit(
        page,
        "/rounds",
        &[
            ("opens_at", "2026-03-02T09:00"),
            ("deadline", "2026-03-04T17:00"),
            ("opening_at", "2026-03-05T09:00"),
            ("add", "dates"),
        ],
    );
    checked.expect(200).contains("只有 2 个工作日");
    assert_eq!(office.get("/api/v1/rounds").expect(200).items().len(), 1);
}

#[test]
fn an_extension_counts_at_once_for_a_draft_refused_a_moment_ago() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.draft_bid("yunwei", 0);
    let secretary = app.api("yunwei.sj");
    let submit = || secretary.post(&format!("/api/v1/bids/{bid}/submit"), json!({}));
    app.set_clock("2026-03-20T09:00:00.000001Z");
    submit().refused(409, "deadline_passed");
    let office = app.api("office");
    let extend =
        json!({ "deadline": "2026-03-24T09:00:00Z", "reason": "停电一小时，延长两个工作日。" });
    let extended = office.post(&round.path("/extend"), extend).expect(200);
    assert_eq!(extended.json["state"], "open");
    assert_eq!(
        extended.json["amendments"][0]["reason"],
        "停电一小时，延长两个工作日。"
    );
    assert_eq!(
        extended.json["amendments"][0]["old_deadline"],
        "2026-03-20T09:00:00Z"
    );
    submit().expect(200);
    // The exact instant of the new deadline is in, the next one is out.
    let late = round.draft_bid("renhou", 0);
    app.set_clock("2026-03-24T09:00:00.000001Z");
    app.api("renhou.sj")
        .post(&format!("/api/v1/bids/{late}/submit"), json!({}))
        .refused(409, "deadline_passed");
    app.set_clock("2026-03-24T09:00:00Z");
    app.api("renhou.sj")
        .post(&format!("/api/v1/bids/{late}/submit"), json!({}))
        .expect(200);
    // Everybody reads when and why.
    app.visitor()
        .get(&format!("/guides/{}", round.id))
        .expect(200)
        .contains("停电一小时，延长两个工作日。");
    app.api("yunwei")
        .get(&round.path(""))
        .expect(200)
        .contains("停电一小时");
}

#[test]
fn nothing_is_extended_after_the_opening_or_without_a_reason() {
    let app = TestApp::start();
    let round = app.round().published();
    round.with_bids(1);
    let office = app.api("office");
    let blank = json!({ "deadline": "2026-04-20T09:00:00Z", "reason": "" });
    office.post(&round.path("/extend"), blank).invalid("reason");
    round.open();
    let late = json!({ "deadline": "2026-04-20T09:00:00Z", "reason": "再等等" });
    office
        .post(&round.path("/extend"), late)
        .refused(409, "wrong_state");
}

#[test]
fn a_cancelled_rounds_bids_stay_sealed_and_with_their_own_people() {
    let app = TestApp::start();
    let round = app.round().published();
    let bid = round.submitted_bid("yunwei", 0);
    let office = app.api("office");
    office
        .post(&round.path("/cancel"), json!({ "reason": "" }))
        .invalid("reason");
    let reason = "上级已统一安排同类项目。";
    office
        .post(&round.path("/cancel"), json!({ "reason": reason }))
        .expect(200);
    for who in ["yunwei", "renhou", "supervisor"] {
        let page = app.browser(who).get(&format!("/rounds/{}", round.id));
        page.expect(200).contains(reason).contains("任何人不得查看");
    }
    app.visitor()
        .get(&format!("/guides/{}", round.id))
        .expect(200)
        .contains(reason);
    let notices = app.client().get("/api/v1/public/announcements").expect(200);
    assert_eq!(notices.items()[0]["kind"], "cancellation");
    notices.contains("任何人不得查看");
    // Months later, too.
    app.set_clock("2026-09-01T09:00+08:00");
    let path = format!("/api/v1/bids/{bid}");
    app.api("yunwei").get(&path).expect(200).contains("外破");
    for who in ["office", "secretary", "supervisor", "reviewer1", "renhou"] {
        app.api(who).get(&path).expect(404);
    }
    for verb in ["/opening", "/extend", "/cancel"] {
        let body = match verb {
            "/opening" => json!({ "openers": [
                { "username": "office", "password": "Correct#Horse1" },
                { "username": "supervisor", "password": "Correct#Horse1" },
            ] }),
            "/extend" => json!({ "deadline": "2026-10-20T09:00:00Z", "reason": "重来" }),
            _ => json!({ "reason": "再取消" }),
        };
        office
            .post(&round.path(verb), body)
            .refused(409, "wrong_state");
    }
}

#[test]
fn a_deadline_of_seconds_outlives_its_form() {
    let app = TestApp::start();
    let mut body = round_body();
    body["deadline"] = json!("2026-03-20T23:59:59+08:00");
    let round = app.round_of(body);
    let (office, page) = (app.browser("office"), format!("/rounds/{}/edit", round.id));
    let html = office.get(&page).expect(200).text;
    let input = html
        .split("<input")
        .find(|one| one.contains("name=\"deadline\""));
    for said in ["value=\"2026-03-20T23:59:59\"", "step=\"1\""] {
        assert!(input.unwrap().contains(said), "{input:?}");
    }
    let opens = html
        .split("<input")
        .find(|one| one.contains("name=\"opens_at\""));
    assert!(!opens.unwrap().contains("step="), "{opens:?}");
    office
        .get(&format!("/rounds/{}", round.id))
        .expect(200)
        .contains("3月20日 23:59:59");
    let round = round.published();
    office
        .submit(
            &format!("/rounds/{}", round.id),
            &format!("/rounds/{}/extend", round.id),
            &[
                ("deadline", "2026-03-21T23:59:59"),
                ("opening_at", "2026-03-22T09:00"),
                ("reason", "顺延"),
            ],
        )
        .expect(303);
    let shown = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(shown.json["deadline"], "2026-03-21T15:59:59Z");
    app.visitor()
        .get("/announcements")
        .expect(200)
        .contains("延期公告");
    app.client()
        .get("/api/v1/public/announcements")
        .expect(200)
        .contains("由2026年3月20日 23:59:59延至2026年3月21日 23:59:59");
}
