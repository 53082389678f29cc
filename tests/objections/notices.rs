//! What a notice says, and what an objection holds up.

use super::*;

/// Publicity notices, the corrected ones first.
fn notices(app: &TestApp) -> Vec<Value> {
    let all = app.client().get("/api/v1/public/announcements").expect(200);
    let mut notices: Vec<Value> = all
        .items()
        .iter()
        .filter(|item| item["kind"] == "publicity")
        .cloned()
        .collect();
    notices.sort_by_key(|item| !item["title"].as_str().unwrap().contains("更正"));
    notices
}

#[test]
fn a_corrected_notice_names_what_changed_and_takes_the_others_place() {
    let app = TestApp::start();
    let scored = decided(&app);
    app.set_clock("2026-03-30T09:00+08:00");
    scored.office("/publicity").expect(200);
    let first = notices(&app)[0].clone();
    assert!(first["superseded_by"].is_null());
    let columns = &first["body"]["tables"][0]["columns"];
    // For the public: criterion means beside the score.
    assert_eq!(columns[3], "方案优劣 40");
    assert_eq!(first["body"]["tables"][0]["rows"][0][3], "36.00");
    assert_eq!(first["body"]["tables"][0]["rows"][0][7], "88.00");

    lodge(&scored, Some(scored.bids[0])).expect(201);
    upheld(&scored, "void", &[]);
    app.set_clock("2026-03-31T09:00+08:00");
    // At once the notice says that it holds no more, and where to look.
    let page = format!("/announcements/{}", first["id"]);
    app.visitor()
        .get(&page)
        .expect(200)
        .contains("已被取代")
        .contains("重新决定公告")
        .lacks("提出异议");
    let before = app
        .api("office")
        .get(&scored.round.path("/result"))
        .expect(200);
    let earlier = before.json["superseded"][0]["id"].clone();
    let [_, b, c, d, e] = scored.bids[..] else {
        panic!("five bids")
    };
    decide(
        &scored,
        &[(b, "winner"), (c, "rejected"), (d, "winner"), (e, "winner")],
    )
    .expect(200);
    scored.office("/publicity").expect(200);
    let all = notices(&app);
    let corrected = &all[0];
    let title = corrected["title"].as_str().unwrap();
    assert!(title.contains("更正"), "{all:?}");
    assert_eq!(all[1]["superseded_by"], corrected["id"]);
    let intro = corrected["body"]["intro"].as_str().unwrap();
    for told in [
        "yunwei 的项目",
        "由第 1，88.00 分，中标改为第 1，88.00 分，未中标",
        "renhou 的项目",
        "备选第 1改为第 2，79.00 分，中标",
        "其余标的的结果不变",
    ] {
        assert!(intro.contains(told), "{told}: {intro}");
    }
    assert!(!intro.contains("biandian"), "{intro}");
    let tables = corrected["body"]["tables"].as_array().unwrap();
    assert_eq!(tables.len(), 1, "{corrected}");
    app.visitor()
        .get("/announcements")
        .expect(200)
        .contains("已被取代");
    let list = app.visitor().get("/").expect(200);
    list.contains("已被取代");

    // The bidders, who had seen the earlier result, still may; others never.
    let kept = scored.round.path(&format!("/superseded/{earlier}"));
    app.api("yunwei")
        .get(&kept)
        .expect(200)
        .contains("党委会纪要〔2026〕3号");
    app.api("juncheng").get(&kept).expect(404);
    let own = app
        .api("renhou")
        .get(&scored.round.path("/result"))
        .expect(200);
    assert_eq!(own.json["changes"][0]["bids"].as_array().unwrap().len(), 2);
    app.browser("renhou")
        .get(&format!("/rounds/{}/result", scored.round.id))
        .expect(200)
        .contains("与前一次结果相比");
}

#[test]
fn a_voided_bid_stays_void_whatever_is_computed_anew() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.all([GOOD, FAIR, FAIR, GOOD, FAIR]);
    scored.office("/lock").expect(200);
    // Before the decision, too.
    lodge(&scored, Some(scored.bids[0])).expect(201);
    upheld(&scored, "void", &[]);
    let standing = || {
        let rows = scored.rows(0);
        let first = rows.iter().find(|row| row["bid_id"] == scored.bids[0]);
        first.unwrap()["outcome"].clone()
    };
    assert_eq!(standing(), "void");
    let vote = json!({ "bid_ids": &scored.bids[1..3], "reason": "5 比 0" });
    app.api("reviewer1")
        .post(&scored.round.path("/tie"), vote)
        .expect(200);
    assert_eq!(standing(), "void");
    let [_, b, c, d, e] = scored.bids[..] else {
        panic!("five bids")
    };
    decide(
        &scored,
        &[(b, "winner"), (c, "reserve"), (d, "winner"), (e, "winner")],
    )
    .expect(200);
    lodge(&scored, Some(d)).expect(201);
    upheld(&scored, "rescore", &[d]);
    scored.office("/lock").expect(200);
    assert_eq!(standing(), "void");
    // And the vote on the other topic stands.
    assert_eq!(scored.rows(0)[1]["bid_id"], b);
    assert_eq!(scored.rows(0)[1]["resolved_by"], "recorded");
    decide(
        &scored,
        &[(b, "winner"), (c, "reserve"), (d, "winner"), (e, "winner")],
    )
    .expect(200);
    app.set_clock("2026-03-30T09:00+08:00");
    scored.office("/publicity").expect(200);
    // The public sees its first notice: nothing is corrected, for nothing was published.
    assert!(!notices(&app)[0]["title"].as_str().unwrap().contains("更正"));
    // It is not voided twice.
    lodge(&scored, Some(scored.bids[0])).expect(201);
    let body = json!({ "outcome": "upheld", "answer": "属实。", "effect": "void" });
    answer(&scored, body).invalid("effect");
}

/// What can be told from outside about a round after its publicity began.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct Seen {
    open: bool,
    late: bool,
    concluded: bool,
    contract: bool,
}

fn seen(app: &TestApp, round: i64, late: bool) -> Seen {
    let office = app.api("office");
    let path = format!("/api/v1/rounds/{round}");
    let objections = office.get(&format!("{path}/objections")).expect(200);
    let contracts = office.get("/api/v1/contracts").expect(200);
    Seen {
        open: objections.items().iter().any(|one| one["answer"].is_null()),
        late,
        concluded: office.get(&path).expect(200).json["state"] == "concluded",
        contract: !contracts.items().is_empty(),
    }
}

/// Whatever is called in whatever order: there is never a contract while an objection waits for its answer. Every state
/// that can be reached is reached, and every call is tried in it.
#[test]
fn no_order_of_calls_makes_a_contract_while_an_objection_is_open() {
    let app = TestApp::start();
    let scored = decided(&app);
    app.set_clock("2026-03-30T09:00+08:00");
    scored.office("/publicity").expect(200);
    scored.round.close_failed_topics();
    let round = scored.round.id;
    let first = seen(&app, round, false);
    let mut known = BTreeSet::from([first.clone()]);
    let mut waiting = vec![(first, app.into_database())];
    let mut refused = 0;
    while let Some((state, kept)) = waiting.pop() {
        for step in ["lodge", "answer", "day", "conclude", "draft"] {
            let late = state.late || step == "day";
            let at = if late {
                "2026-04-08T09:00+08:00"
            } else {
                "2026-03-30T10:00+08:00"
            };
            let app = TestApp::start_on(kept.copied(), at, |_| {});
            let office = app.api("office");
            let path = format!("/api/v1/rounds/{round}");
            let done = match step {
                "lodge" => Some(app.client().post(
                    &format!("/api/v1/public/rounds/{round}/objections"),
                    json!({ "anonymous": true, "contact": "a", "content": "请核查" }),
                )),
                "answer" => {
                    let listed = office.get(&format!("{path}/objections")).expect(200);
                    let open = listed.items().iter().find(|one| one["answer"].is_null());
                    open.map(|one| {
                        let answer = json!({ "outcome": "rejected", "answer": "已核查。" });
                        office.post(&format!("/api/v1/objections/{}/answer", one["id"]), answer)
                    })
                }
                "conclude" => Some(office.post(&format!("{path}/conclude"), json!({}))),
                "draft" => Some(office.post(&format!("{path}/contracts"), json!({}))),
                _ => None,
            };
            if let Some(done) = &done {
                assert!(
                    [200, 201, 409].contains(&done.status),
                    "{step}: {}",
                    done.text
                );
                refused += usize::from(done.status == 409);
            }
            let then = seen(&app, round, late);
            assert!(!(then.contract && then.open), "{step} after {state:?}");
            assert!(!(then.concluded && then.open), "{step} after {state:?}");
            if known.insert(then.clone()) {
                waiting.push((then, app.into_database()));
            }
        }
    }
    // The walk came to contracts and to objections that held them up.
    let any = |what: fn(&Seen) -> bool| known.iter().any(what);
    assert!(any(|one| one.contract) && any(|one| one.open && one.late));
    assert!(refused > 5, "{refused}");
}
