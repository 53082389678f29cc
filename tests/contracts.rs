//! Contracts: drafted from winners, signed by both sides, amended, terminated.

use biaogan::bids::rules::Sealed;
use biaogan::bids::store::Bid;
use biaogan::bids::{BidContent, BidState};
use biaogan::clock::Instant;
use biaogan::db::schema::{
    bids, contracts as contract_rows, criteria, evaluations, objections, openings, organizations,
    panel_members, result_rows, rounds, topics, users,
};
use biaogan::db::{Conn, Tx};
use biaogan::ids::{BidId, OrganizationId, RoundId, TopicId, UserId};
use biaogan::rounds::{Lane, Round, RoundState, Topic};
use diesel::prelude::*;
use serde_json::{Value, json};

use crate::support::TestApp;

pub const PASSWORD: &str = "Correct#Horse1";

fn user(c: &mut Conn, username: &str) -> (UserId, OrganizationId) {
    users::table
        .filter(users::username.eq(username))
        .select((users::id, users::organization_id))
        .first(c)
        .unwrap()
}

/// A round that is being publicized until 2 March 2026, with one winner for each of these applicants.
pub fn publicized(app: &TestApp, applicants: &[&'static str]) -> RoundId {
    let applicants = applicants.to_vec();
    // Rows alone, without panel, criteria and minute: the invariants of rounds do not hold for it.
    app.unchecked();
    app.app
        .db
        .write_now(move |tx| Ok(insert_round(tx, &applicants)))
        .unwrap()
}

/// The same round, concluded.
pub fn concluded(app: &TestApp, applicants: &[&'static str]) -> RoundId {
    let id = publicized(app, applicants);
    set_state(app, id, RoundState::Concluded);
    id
}

fn set_state(app: &TestApp, id: RoundId, state: RoundState) {
    app.app
        .db
        .write_now(move |tx| {
            diesel::update(rounds::table.find(id))
                .set(rounds::state.eq(state))
                .execute(&mut **tx)?;
            Ok(())
        })
        .unwrap();
}

fn insert_round(tx: &mut Tx, applicants: &[&'static str]) -> RoundId {
    let now = tx.now();
    let (office, committee) = user(tx, "office");
    let committee: OrganizationId = organizations::table
        .find(committee)
        .select(organizations::committee_id)
        .first(&mut **tx)
        .unwrap();
    let round = Round {
        id: RoundId::fresh(now),
        committee_id: committee,
        year: 2026,
        title: "2026年第一批党建创新项目招标".to_owned(),
        guide: "指南".to_owned(),
        state: RoundState::Publicized,
        opens_at: now,
        deadline: now,
        opening_at: now,
        publicity_days: 5,
        contract_days: 300,
        onsite_weight: 50,
        questionnaire_weight: 20,
        appraisal_weight: 20,
        process_weight: 10,
        bid_count: applicants.len() as i64,
        published_at: Some(now),
        opened_at: Some(now),
        publicity_from: "2026-02-24".parse().ok(),
        publicity_until: "2026-03-02".parse().ok(),
        concluded_at: None,
        cancel_reason: None,
        turn: 0,
        version: 1,
        created_by: office,
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(rounds::table)
        .values(&round)
        .execute(&mut **tx)
        .unwrap();
    let topic = Topic {
        id: TopicId::fresh(now),
        round_id: round.id,
        position: 1,
        lane: Lane::SelfProposed,
        title: "基层自选项目".to_owned(),
        requirements: "自选".to_owned(),
        quota: 5,
        budget_ceiling: None,
        minimum_bids: 1,
        failed: false,
    };
    diesel::insert_into(topics::table)
        .values(&topic)
        .execute(&mut **tx)
        .unwrap();
    let evaluation = biaogan::ids::fresh(now);
    diesel::insert_into(evaluations::table)
        .values((
            evaluations::id.eq(evaluation),
            evaluations::committee_id.eq(committee),
            evaluations::subject_kind.eq("bid"),
            evaluations::round_id.eq(Some(round.id)),
            evaluations::state.eq("locked"),
            evaluations::drop_highest.eq(1),
            evaluations::drop_lowest.eq(1),
            evaluations::trim_from.eq(5),
            evaluations::threshold.eq(7000),
            evaluations::mark_step.eq(50),
            evaluations::quorum_numerator.eq(2),
            evaluations::quorum_denominator.eq(3),
            evaluations::version.eq(1),
        ))
        .execute(&mut **tx)
        .unwrap();
    let chief = user(tx, "supervisor").0;
    diesel::insert_into(openings::table)
        .values((
            openings::id.eq(biaogan::ids::fresh(now)),
            openings::round_id.eq(round.id),
            openings::opened_by.eq(office),
            openings::witness_id.eq(chief),
            openings::opened_at.eq(now),
            openings::attendance.eq("两人"),
            openings::minute.eq("开标"),
            openings::checked.eq(applicants.len() as i64),
            openings::broken.eq(0),
            openings::audit_head.eq(""),
        ))
        .execute(&mut **tx)
        .unwrap();
    diesel::insert_into(criteria::table)
        .values((
            criteria::id.eq(biaogan::ids::fresh(now)),
            criteria::evaluation_id.eq(evaluation),
            criteria::position.eq(1),
            criteria::name.eq("方案优劣"),
            criteria::description.eq(""),
            criteria::full_marks.eq(10_000),
        ))
        .execute(&mut **tx)
        .unwrap();
    for seat in 1..=5 {
        let member = user(tx, &format!("reviewer{seat}")).0;
        diesel::insert_into(panel_members::table)
            .values((
                panel_members::id.eq(biaogan::ids::fresh(now)),
                panel_members::evaluation_id.eq(evaluation),
                panel_members::user_id.eq(member),
                panel_members::seat.eq(if seat == 1 { "chair" } else { "member" }),
                panel_members::alias.eq(format!("R{seat}")),
                panel_members::undertaking_at.eq(Some(now)),
            ))
            .execute(&mut **tx)
            .unwrap();
    }
    for (place, applicant) in (1..).zip(applicants) {
        let bid = insert_bid(tx, now, &round, topic.id, applicant);
        diesel::insert_into(result_rows::table)
            .values((
                result_rows::id.eq(biaogan::ids::fresh(now)),
                result_rows::evaluation_id.eq(evaluation),
                result_rows::topic_id.eq(topic.id),
                result_rows::subject_id.eq(bid.0),
                result_rows::place.eq(place),
                result_rows::sheets.eq(5),
                result_rows::proposal.eq("winner"),
                result_rows::outcome.eq(Some("winner")),
            ))
            .execute(&mut **tx)
            .unwrap();
    }
    round.id
}

fn content(leader: UserId, topic: TopicId) -> BidContent {
    serde_json::from_value(json!({
        "topic_id": topic,
        "title": "平安“365”安全管控机制",
        "problem": "青年职工违章占一半以上。",
        "targets": [{ "name": "违章率", "baseline": "3.1", "target": "2.0", "unit": "‰" }],
        "plan": [{ "step": "initiation", "starts_on": "2026-03-02", "ends_on": "2026-03-20", "work": "成立小组" }],
        "team": { "leader": leader, "members": [] },
        "budget": [{ "item": "培训教材", "amount": 1_200_000 }],
        "outcomes": { "institutional": "安全管控办法" },
    }))
    .unwrap()
}

fn insert_bid(tx: &mut Tx, now: Instant, round: &Round, topic: TopicId, applicant: &str) -> BidId {
    let (author, organization) = user(tx, applicant);
    let id = BidId::fresh(now);
    let content = content(author, topic);
    let sealed = Sealed {
        bid_id: id,
        round_id: round.id,
        organization_id: organization,
        content: content.clone(),
        attachments: vec![],
        salt: "00".repeat(16),
    };
    let sealed = serde_json::to_vec(&sealed).unwrap();
    let bid = Bid {
        id,
        round_id: round.id,
        organization_id: organization,
        state: BidState::Opened,
        draft: content.to_bytes().unwrap(),
        draft_revision: 1,
        draft_saved_at: now,
        digest: Some(biaogan::audit::sha256_hex(&sealed)),
        sealed: Some(sealed),
        receipt: None,
        submitted_at: Some(now),
        submitted_by: Some(author),
        withdrawn_at: None,
        void_reason: None,
        topic_id: Some(topic),
        title: Some(content.title.clone()),
        leader_name: None,
        budget_total: Some(1_200_000),
        version: 1,
        created_by: author,
        created_at: now,
        updated_at: now,
    };
    diesel::insert_into(bids::table)
        .values(&bid)
        .execute(&mut **tx)
        .unwrap();
    id
}

/// The contracts of a round, drafted by the office.
pub fn drafted(app: &TestApp, round: RoundId) -> Vec<Value> {
    let answer = app
        .api("office")
        .post(&format!("/api/v1/rounds/{round}/contracts"), json!({}))
        .expect(201);
    answer.items().to_vec()
}

/// Signed by both sides; answers the contract, with its project.
pub fn in_force(app: &TestApp, secretary: &str, contract: &Value) -> Value {
    let path = format!("/api/v1/contracts/{}/sign", contract["id"]);
    let body = json!({ "password": PASSWORD });
    app.api(secretary).post(&path, body.clone()).expect(200);
    app.api("secretary").post(&path, body).expect(200).json
}

#[test]
fn no_contract_before_the_publicity_is_over_or_while_an_objection_is_open() {
    let app = TestApp::start();
    let round = publicized(&app, &["yunwei"]);
    let path = format!("/api/v1/rounds/{round}/contracts");
    let office = app.api("office");
    let early = office
        .post(&path, json!({}))
        .refused(409, "round_not_concluded");
    assert!(
        early.json["detail"]
            .as_str()
            .unwrap()
            .contains("2026年3月2日才届满")
    );
    set_state(&app, round, RoundState::Concluded);
    app.api("yunwei.sj")
        .post(&path, json!({}))
        .refused(403, "role_required");
    app.app
        .db
        .write_now(move |tx| {
            let now = tx.now();
            diesel::insert_into(objections::table)
                .values((
                    objections::id.eq(1),
                    objections::round_id.eq(round),
                    objections::anonymous.eq(true),
                    objections::name.eq(""),
                    objections::contact.eq("1"),
                    objections::content.eq("业绩不实"),
                    objections::code_digest.eq("x"),
                    objections::state.eq("lodged"),
                    objections::followups.eq("[]"),
                    objections::lodged_at.eq(now),
                    objections::due_on.eq("2026-03-05".parse::<chrono::NaiveDate>().unwrap()),
                    objections::version.eq(1),
                ))
                .execute(&mut **tx)?;
            Ok(())
        })
        .unwrap();
    office.post(&path, json!({})).refused(409, "objection_open");
}

#[test]
fn numbers_run_without_gap_and_nothing_is_drafted_twice() {
    let app = TestApp::start();
    let first = concluded(&app, &["yunwei", "yingxiao"]);
    let second = concluded(&app, &["renhou"]);
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
    app.api("office")
        .post(&format!("/api/v1/rounds/{first}/contracts"), json!({}))
        .refused(409, "nothing_to_draft");
}

#[test]
fn a_draft_says_what_the_bid_said_with_a_date_for_each_step() {
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei"]);
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
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei"]);
    let id = drafted(&app, round)[0]["id"].clone();
    let path = format!("/api/v1/contracts/{id}/sign");
    let good = json!({ "password": PASSWORD });
    let first = app.api("secretary").post(&path, good.clone());
    let first = first.refused(409, "b_signs_first");
    assert!(
        first.json["detail"]
            .as_str()
            .unwrap()
            .contains("支部书记签署")
    );
    app.api("yunwei.sj")
        .post(&path, json!({ "password": "wrong" }))
        .invalid("password");
    app.api("yunwei.sj")
        .post(&path, json!({}))
        .invalid("password");
    app.api("yunwei")
        .post(&path, good.clone())
        .refused(403, "signatory_required");
    app.api("office")
        .post(&path, good.clone())
        .refused(403, "signatory_required");
    app.api("yingxiao.sj")
        .post(&path, good.clone())
        .refused(404, "not_found");
    app.api("yunwei.sj")
        .post(&path, json!({ "password": PASSWORD, "digest": "0" }))
        .refused(409, "content_changed");
    let signed = app
        .api("yunwei.sj")
        .post_once(&path, "b", good.clone())
        .expect(200);
    assert_eq!(signed.json["state"], "signed_by_b");
    // The same call again is the same signature; another call is one too many.
    app.api("yunwei.sj")
        .post_once(&path, "b", good.clone())
        .expect(200);
    app.api("yunwei.sj")
        .post(&path, good.clone())
        .refused(409, "already_signed");
    let signed = app
        .api("secretary")
        .post(&path, good.clone())
        .expect(200)
        .json;
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
    app.api("secretary")
        .post(&path, good)
        .refused(409, "already_in_force");
}

#[test]
fn strangers_know_of_no_contract() {
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei", "yingxiao"]);
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
    let app = TestApp::start();
    app.unchecked();
    let round = concluded(&app, &["yunwei"]);
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
    let path = format!("/api/v1/contracts/{}", contract["id"]);
    let shown = app.api("office").get(&path).expect(200).json;
    assert_eq!(shown["intact"], false);
    app.api("yunwei.sj")
        .post(&format!("{path}/sign"), json!({ "password": PASSWORD }))
        .refused(409, "content_tampered");
    let findings = biaogan::check::run(&app.app.db).unwrap();
    assert!(!findings.is_empty());
}

#[test]
fn an_amendment_is_signed_again_and_moves_the_project() {
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei"]);
    let contract = in_force(&app, "yunwei.sj", &drafted(&app, round)[0]);
    let path = format!("/api/v1/contracts/{}", contract["id"]);
    let amend = format!("{path}/amend");
    let change = json!({
        "reason": "迎峰度夏任务增加",
        "ends_on": "2027-01-31",
        "plan": [{ "step": "promotion", "starts_on": "2026-12-01", "ends_on": "2027-01-31" }],
    });
    app.api("yunwei.sj")
        .post(&amend, change.clone())
        .refused(403, "role_required");
    let office = app.api("office");
    office
        .post(&amend, json!({ "reason": "", "ends_on": "2027-01-31" }))
        .invalid("reason");
    office
        .post(&amend, json!({ "reason": "提前", "ends_on": "2026-01-01" }))
        .invalid("ends_on");
    office
        .post(&amend, json!({ "reason": "乱序", "plan": [{ "step": "control", "starts_on": "2026-04-01", "ends_on": "2026-03-05" }] }))
        .invalid("plan[0][ends_on]");
    office
        .post(&amend, json!({ "reason": "无变化" }))
        .invalid("ends_on");
    let amended = office.post(&amend, change).expect(200).json;
    assert_eq!(amended["state"], "draft");
    assert_eq!(amended["content_version"], 2);
    assert_ne!(amended["digest"], contract["digest"]);
    assert_eq!(amended["versions"].as_array().unwrap().len(), 2);
    let again = in_force(&app, "yunwei.sj", &amended);
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
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei"]);
    let contract = in_force(&app, "yunwei.sj", &drafted(&app, round)[0]);
    let path = format!("/api/v1/contracts/{}/terminate", contract["id"]);
    let body = json!({ "reason": "机构调整" });
    app.api("office")
        .post(&path, body.clone())
        .refused(403, "secretary_required");
    app.api("secretary")
        .post(&path, json!({ "reason": " " }))
        .invalid("reason");
    let ended = app
        .api("secretary")
        .post(&path, body.clone())
        .expect(200)
        .json;
    assert_eq!(ended["state"], "terminated");
    assert_eq!(ended["terminate_reason"], "机构调整");
    app.api("secretary")
        .post(&path, body)
        .refused(409, "contract_ended");
}

#[test]
fn wrong_passwords_at_a_signature_lock_the_account_like_logins() {
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei"]);
    let id = drafted(&app, round)[0]["id"].clone();
    let sign = format!("/api/v1/contracts/{id}/sign");
    let branch = app.api("yunwei.sj");
    let signed = |password: &str| branch.post(&sign, json!({ "password": password }));
    let login = |password: &str| {
        let body = json!({ "username": "yunwei.sj", "password": password });
        app.client().post("/api/v1/session", body)
    };
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
    let app = TestApp::start();
    let round = concluded(&app, &["yunwei"]);
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
