//! Contracts: drafted from winners, signed by both sides, amended, terminated.

use biaogan::db::schema::contracts as contract_rows;
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::{Client, PASSWORD, TestApp};

/// The contracts of a round, drafted by the office.
pub fn drafted(app: &TestApp, round: i64) -> Vec<Value> {
    let drafted = app.actor("office").drafts_contracts(round).expect(201);
    drafted.items().to_vec()
}

#[test]
fn no_contract_before_the_publicity_is_over_or_while_an_objection_is_open() {
    let (app, round) = TestApp::publicized(&["yunwei"]);
    let office = app.actor("office");
    let early = office
        .drafts_contracts(round)
        .refused(409, "round_not_concluded");
    assert!(
        early.json["detail"]
            .as_str()
            .unwrap()
            .contains("2026年3月2日才届满")
    );
    app.passer_by().objects(round, "业绩不实").done();
    office
        .drafts_contracts(round)
        .refused(409, "objection_open");
    // Nor does the end of the publicity close it.
    app.set_clock("2026-03-03T09:00+08:00");
    office.concludes(round).refused(409, "objection_open");
    office
        .drafts_contracts(round)
        .refused(409, "objection_open");
    let objection = &office.objections(round)[0];
    office.rejects(objection, "经核实无误。").done();
    office.concludes(round).done();
    app.actor("yunwei.sj")
        .drafts_contracts(round)
        .refused(403, "role_required");
    assert_eq!(drafted(&app, round).len(), 1);
}

#[test]
fn numbers_run_without_gap_and_nothing_is_drafted_twice() {
    let (app, first) = TestApp::concluded(&["yunwei", "yingxiao"]);
    let second = app.concluded_by(&["renhou"]);
    let mut numbers: Vec<String> = Vec::new();
    for round in [first, second] {
        for contract in drafted(&app, round) {
            numbers.push(contract["number"].as_str().unwrap().to_owned());
        }
    }
    assert_eq!(
        numbers,
        [
            "党建合〔2026〕1号",
            "党建合〔2026〕2号",
            "党建合〔2026〕3号"
        ]
    );
    app.actor("office")
        .drafts_contracts(first)
        .refused(409, "nothing_to_draft");
}

#[test]
fn a_draft_says_what_the_bid_said_with_a_date_for_each_step() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = &drafted(&app, round)[0];
    let content = &contract["content"];
    assert_eq!(content["party_b"]["secretary"], "郭长河");
    assert_eq!(content["party_a"]["secretary"], "梁志远");
    assert_eq!(content["leader"], "苏婧");
    assert_eq!(content["plan"].as_array().unwrap().len(), 6);
    assert_eq!(content["plan"][0]["ends_on"], "2026-03-20");
    assert_eq!(content["plan"][5]["ends_on"], contract["ends_on"]);
    assert_eq!(contract["ends_on"], "2026-12-26");
    assert_eq!(content["budget_total"], 1_200_000);
    assert_eq!(contract["intact"], true);
}

#[test]
fn both_sides_sign_in_order_with_their_password_and_a_project_starts() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = drafted(&app, round).remove(0);
    let (branch, secretary) = (app.actor("yunwei.sj"), app.actor("secretary"));
    let first = secretary.signs(&contract).refused(409, "b_signs_first");
    assert!(
        first.json["detail"]
            .as_str()
            .unwrap()
            .contains("支部书记签署")
    );
    for words in [json!({ "password": "wrong" }), json!({})] {
        branch.signs_with(&contract, words).invalid("password");
    }
    for (who, status, code) in [
        ("yunwei", 403, "signatory_required"),
        ("office", 403, "signatory_required"),
        ("yingxiao.sj", 404, "not_found"),
    ] {
        app.actor(who).signs(&contract).refused(status, code);
    }
    branch
        .signs_with(&contract, json!({ "password": PASSWORD, "digest": "0" }))
        .refused(409, "content_changed");
    let signed = branch.signs_once(&contract, "b").expect(200);
    assert_eq!(signed.json["state"], "signed_by_b");
    // The same call again is the same signature; another call is one too many.
    branch.signs_once(&contract, "b").expect(200);
    branch.signs(&contract).refused(409, "already_signed");
    let signed = secretary.signs(&contract).expect(200).json;
    assert_eq!(signed["state"], "in_force");
    assert_eq!(signed["signatures"].as_array().unwrap().len(), 2);
    assert!(
        signed["signatures"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["valid"] == true)
    );
    assert!(signed["project_id"].is_i64());
    secretary.signs(&contract).refused(409, "already_in_force");
}

#[test]
fn strangers_know_of_no_contract() {
    let (app, round) = TestApp::concluded(&["yunwei", "yingxiao"]);
    let drafts = drafted(&app, round);
    let path = format!("/api/v1/contracts/{}", drafts[0]["id"]);
    for (who, seen) in [
        ("yunwei", 1),
        ("yunwei.sj", 1),
        ("office", 2),
        ("secretary", 2),
        ("supervisor", 2),
        ("renhou.sj", 0),
    ] {
        let list = app.api(who).get("/api/v1/contracts").expect(200);
        assert_eq!(list.items().len(), seen, "{who}");
        let status = if seen == 0 { 404 } else { 200 };
        app.api(who).get(&path).expect(status);
    }
    app.api("yingxiao").get(&path).refused(404, "not_found");
    app.api("sysadmin").get(&path).refused(404, "not_found");
    app.api("auditadmin").get("/api/v1/contracts").expect(403);
    app.client().get(&path).refused(401, "unauthorized");
}

#[test]
fn a_changed_content_shows_and_cannot_be_signed() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    app.unchecked();
    let contract = drafted(&app, round)[0].clone();
    app.app
        .db
        .write_now(|tx| {
            let text: String = contract_rows::table
                .select(contract_rows::content)
                .first(&mut **tx)?;
            diesel::update(contract_rows::table)
                .set(contract_rows::content.eq(text.replace("1200000", "9200000")))
                .execute(&mut **tx)?;
            Ok(())
        })
        .unwrap();
    let shown = app
        .actor("office")
        .reads(&format!("/contracts/{}", contract["id"]));
    assert_eq!(shown.json["intact"], false);
    app.actor("yunwei.sj")
        .signs(&contract)
        .refused(409, "content_tampered");
    let findings = app.findings();
    assert!(!findings.is_empty());
}

#[test]
fn an_amendment_is_signed_again_and_moves_the_project() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = app.sign_both("yunwei.sj", &drafted(&app, round)[0]);
    let change = json!({
        "reason": "迎峰度夏任务增加",
        "ends_on": "2027-01-31",
        "plan": [{ "step": "promotion", "starts_on": "2026-12-01", "ends_on": "2027-01-31" }],
    });
    app.actor("yunwei.sj")
        .amends(&contract, change.clone())
        .refused(403, "role_required");
    let office = app.actor("office");
    for (wrong, field) in [
        (json!({ "reason": "", "ends_on": "2027-01-31" }), "reason"),
        (
            json!({ "reason": "提前", "ends_on": "2026-01-01" }),
            "ends_on",
        ),
        (
            json!({ "reason": "乱序", "plan": [{ "step": "control", "starts_on": "2026-04-01", "ends_on": "2026-03-05" }] }),
            "plan[0][ends_on]",
        ),
        (json!({ "reason": "无变化" }), "ends_on"),
    ] {
        office.amends(&contract, wrong).invalid(field);
    }
    let amended = office.amends(&contract, change).expect(200).json;
    assert_eq!(amended["state"], "draft");
    assert_eq!(amended["content_version"], 2);
    assert_ne!(amended["digest"], contract["digest"]);
    assert_eq!(amended["versions"].as_array().unwrap().len(), 2);
    let again = app.sign_both("yunwei.sj", &amended);
    assert_eq!(again["project_id"], contract["project_id"]);
    assert_eq!(again["signatures"].as_array().unwrap().len(), 4);
    assert!(
        again["signatures"]
            .as_array()
            .unwrap()
            .iter()
            .all(|one| one["valid"] == true)
    );
}

#[test]
fn the_secretary_terminates_with_a_reason_and_the_end_is_final() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = app.sign_both("yunwei.sj", &drafted(&app, round)[0]);
    let (office, secretary) = (app.actor("office"), app.actor("secretary"));
    office
        .terminates(&contract, "机构调整")
        .refused(403, "secretary_required");
    secretary.terminates(&contract, " ").invalid("reason");
    let ended = secretary.terminates(&contract, "机构调整").expect(200).json;
    assert_eq!(ended["state"], "terminated");
    assert_eq!(ended["terminate_reason"], "机构调整");
    secretary
        .terminates(&contract, "机构调整")
        .refused(409, "contract_ended");
}

#[test]
fn wrong_passwords_at_a_signature_lock_the_account_like_logins() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let contract = drafted(&app, round).remove(0);
    let enters = |password: &str, device: &Value| {
        let body = json!({ "username": "yunwei.sj", "password": password, "device": device });
        app.client().post("/api/v1/session", body)
    };
    let first = enters(PASSWORD, &Value::Null).expect(201).json;
    let here = Client::new(&app.url, first["token"].as_str().map(str::to_owned));
    let path = format!("/api/v1/contracts/{}/sign", contract["id"]);
    let signed = |password: &str| here.post(&path, json!({ "password": password }));
    let login = |password: &str| enters(password, &first["device"]);
    // A right one ends the count.
    for _ in 0..4 {
        signed("wrong").invalid("password");
    }
    login(PASSWORD).expect(201);
    // Both count together; locked, the right one is refused at either.
    for _ in 0..2 {
        login("wrong").refused(401, "login_failed");
    }
    for _ in 0..3 {
        signed("wrong").invalid("password");
    }
    signed(PASSWORD).refused(403, "account_locked");
    login(PASSWORD).refused(401, "account_locked");
    let verbs: Vec<String> = app
        .api("auditadmin")
        .get("/api/v1/audit?limit=8")
        .expect(200)
        .items()
        .iter()
        .map(|event| event["verb"].as_str().unwrap().to_owned())
        .collect();
    assert!(verbs.contains(&"session.lock".to_owned()), "{verbs:?}");
}

#[test]
fn the_pages_sign_and_keep_what_was_typed() {
    let (app, round) = TestApp::concluded(&["yunwei"]);
    let office = app.browser("office");
    let page = format!("/contracts?round_id={round}");
    let token = office.csrf("/contracts");
    office
        .post_raw(&format!("/rounds/{round}/contracts"), &[("csrf", &token)])
        .expect(303);
    office
        .get(&page)
        .expect(200)
        .contains("平安“365”安全管控机制")
        .contains("党建合〔2026〕1号");
    let id = app
        .api("office")
        .get("/api/v1/contracts")
        .expect(200)
        .items()[0]["id"]
        .clone();
    let page = format!("/contracts/{id}");
    let branch = app.browser("yunwei.sj");
    branch
        .get(&page)
        .expect(200)
        .contains("内容完整")
        .contains("paper")
        .contains("重新输入您的登录口令");
    branch
        .submit(&page, &format!("{page}/sign"), &[("password", "wrong")])
        .expect(422)
        .contains("口令不正确");
    branch
        .submit(&page, &format!("{page}/sign"), &[("password", PASSWORD)])
        .expect(303);
    let secretary = app.browser("secretary");
    let signed = secretary.submit(&page, &format!("{page}/sign"), &[("password", PASSWORD)]);
    secretary
        .follow(&signed.expect(303))
        .expect(200)
        .contains("合同生效")
        .contains("看项目进展");
    let amend = format!("{page}/amend");
    let version = app
        .api("office")
        .get(&format!("/api/v1{page}"))
        .expect(200)
        .json["version"]
        .to_string();
    office.get(&amend).expect(200).contains("形成新的一版");
    office
        .submit(
            &amend,
            &amend,
            &[
                ("version", &version),
                ("reason", "顺延两周"),
                ("ends_on", "2020-01-01"),
            ],
        )
        .expect(422)
        .contains("顺延两周")
        .contains("不能早于合同的开始日期");
    office
        .submit(
            &page,
            &format!("{page}/terminate"),
            &[("reason", "不再实施")],
        )
        .expect(403);
    secretary
        .submit(&page, &format!("{page}/terminate"), &[("reason", "")])
        .expect(422);
    secretary
        .submit(
            &page,
            &format!("{page}/terminate"),
            &[("reason", "不再实施")],
        )
        .expect(303);
    secretary
        .get(&page)
        .expect(200)
        .contains("合同已终止：不再实施");
}

#[test]
fn a_plan_stays_as_it_was_bid_and_what_does_not_fit_the_term_is_shown_to_whoever_signs() {
    let app = TestApp::start();
    let mut body = crate::support::rounds::round_body();
    body["contract_days"] = json!(180);
    let round = app.round_of(body).published();
    let bid = round.submitted_bid("yunwei", 0);
    round.open();
    round.start_scoring();
    round.score_all(&[bid]);
    round.decide();
    round.conclude();
    let contract = drafted(&app, round.id)[0].clone();
    // Half a year from 2 April; the last step was bid for after it.
    assert_eq!(contract["ends_on"], "2026-09-29");
    let last = &contract["content"]["plan"][5];
    assert_eq!(
        (&last["starts_on"], &last["ends_on"]),
        (&json!("2026-10-08"), &json!("2026-10-31"))
    );
    let misfits = contract["misfits"].as_array().unwrap();
    assert!(
        misfits
            .iter()
            .any(|one| one.as_str().unwrap().contains("总结推广")),
        "{contract}"
    );
    let id = contract["id"].as_i64().unwrap();
    for who in ["office", "yunwei.sj"] {
        app.browser(who)
            .get(&format!("/contracts/{id}"))
            .contains("按申报原样列出")
            .contains("总结推广");
    }
    // Signing agrees to it; the project keeps the days as bid.
    let signed = app.sign_both("yunwei.sj", &contract);
    let project = format!("/api/v1/projects/{}", signed["project_id"]);
    let project = app.api("yunwei").get(&project).expect(200).json;
    assert_eq!(project["steps"][5]["ends_on"], "2026-10-31");
    // Other dates are agreed by an amendment.
    let longer = json!({ "reason": "与乙方商定，合同期延至十月底。", "ends_on": "2026-10-31" });
    let amended = app.actor("office").amends(id, longer).done();
    assert_eq!(amended.json["misfits"], json!([]), "{}", amended.text);
    app.browser("yunwei.sj")
        .get(&format!("/contracts/{id}"))
        .lacks("按申报原样列出");
}
