//! Similar bids: found after the opening, read by few, decided by the office.

use biaogan::db::schema::{similar_parts, similar_signings};
use diesel::prelude::*;
use serde_json::json;

use crate::support::rounds::{TestRound, bid_body, round_body};
use crate::support::{PASSWORD, TestApp, TestDatabase, instant};

const LINES: &str = "渭河以北的十千伏线路穿过果园和采石场，吊车碰线一年发生六起，巡线员靠腿跑，发现时往往已经跳闸。\
    我们把线路按村划成二十八段，每段请一位住在附近的党员做义务看护，用手机拍照回传，值班员十五分钟内到场。\
    采石场老板每季度来站里听一次事故案例，吊车司机持卡作业，卡上写着离线距离和报警电话。\
    看护员每处置一起记一分，年底在支部大会上兑现，三年下来外破由六起减到一起。";
const COURSES: &str = "新来的大学生三年里换了四个班组，师傅说不清该教什么，取证考试一次通过的只有四成。\
    支部编出七十二个动作的清单，谁教、谁学、谁验收都签名，晚上七点在实训室开小灶。\
    每月抽一个动作让徒弟当众演示，录成短片，错在哪里由徒弟自己讲。\
    骨干带出一名技师可以少值两个夜班，取证率到年底提到九成。";
const STORES: &str = "仓库里十年没有动过的备品占了一半货架，抢修时却找不到合适的线夹，只好跨县去借。\
    物资班逐件扫码，把呆滞的列成单子发给八个县公司认领，没有人要的按规定报废。\
    常用的四十种做成抢修箱，放在离现场最近的供电所，用一件补一件，系统自动提醒。\
    盘点由月底加班改成每天点一个货位，账实相符率从百分之八十一升到百分之九十九。";

/// Of this year's demo round, by two branches.
const PLANTED: [&str; 2] = ["银发用电党员服务点", "银龄用电党员代办点"];

/// A submitted bid whose problem is this text.
fn bid(round: &TestRound, branch: &str, topic: usize, title: &str, problem: &str) -> i64 {
    let applicant = round.app.api(branch);
    let mut content = bid_body(round.topics[topic], round.app.user_id(branch), title);
    content["problem"] = json!(problem);
    content["targets"] = json!([{ "name": branch, "target": "1" }]);
    content["outcomes"] = json!({});
    for field in ["track_record", "credit", "capability"] {
        content[field] = json!(branch);
    }
    content["plan"] = json!([{ "step": "initiation", "work": title }]);
    let id = applicant
        .post(&round.path("/bids"), json!({ "content": content }))
        .expect(201)
        .id();
    round
        .app
        .api(&format!("{branch}.sj"))
        .post(&format!("/api/v1/bids/{id}/submit"), json!({}))
        .expect(200);
    id
}

/// Published in April, after [`TestRound::open`] of the first.
fn later_round(app: &TestApp) -> TestRound<'_> {
    let mut body = round_body();
    for (field, at) in [
        ("opens_at", "2026-04-01T01:00:00Z"),
        ("deadline", "2026-04-20T09:00:00Z"),
        ("opening_at", "2026-04-21T01:00:00Z"),
    ] {
        body[field] = json!(at);
    }
    let round = app.round_of(body).with_panel();
    let office = app.api("office");
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.set_clock("2026-04-02T09:00+08:00");
    round
}

fn open_later(round: &TestRound) {
    round.app.set_clock("2026-04-21T09:00+08:00");
    let openers = json!({ "openers": [{ "username": "office", "password": PASSWORD },
        { "username": "supervisor", "password": PASSWORD }], "attendance": "周敏、韩玉梅" });
    let office = round.app.api("office");
    office.post(&round.path("/opening"), openers).expect(200);
}

/// The sentences the other way round, a place renamed, other punctuation.
fn disguised(text: &str) -> String {
    let mut sentences: Vec<&str> = text.split_inclusive('。').map(str::trim).collect();
    sentences.reverse();
    sentences
        .concat()
        .replace("渭河以北", "沮河两岸")
        .replace('，', ",")
        .replace("采石场", "石料厂")
}

#[test]
fn planted_copies_are_found_after_the_opening_and_no_others() {
    let app = TestApp::start();
    let round = app.round().published();
    let office = app.api("office");
    let one = bid(&round, "yunwei", 0, "看护到村", LINES);
    let copy = bid(&round, "renhou", 1, "守线有我", &disguised(LINES));
    bid(&round, "biandian", 0, "七十二个动作", COURSES);
    bid(&round, "jianxiu", 1, "箱子到所", STORES);
    let path = round.path("/similar");

    // Nothing is compared, or told, before the opening.
    office.get(&path).refused(409, "not_opened");
    office.post(&path, json!({})).refused(409, "not_opened");
    round.open();
    let before = office.get(&path).expect(200);
    assert!(before.items().is_empty());
    assert!(before.json["search"].is_null(), "{}", before.text);

    for outsider in ["yunwei", "yunwei.sj", "reviewer2"] {
        app.api(outsider).get(&path).refused(403, "similar_readers");
        assert!(app.api(outsider).post(&path, json!({})).status >= 403);
    }
    app.api("sysadmin").get(&path).expect(403);
    app.api("supervisor").post(&path, json!({})).expect(403);

    let done = office.post(&path, json!({})).expect(200);
    assert_eq!(
        (done.json["bids"].as_i64(), done.json["pairs"].as_i64()),
        (Some(4), Some(1))
    );
    let found = app.api("supervisor").get(&path).expect(200);
    let pairs = found.items();
    assert_eq!(pairs.len(), 1, "{}", found.text);
    let sides =
        [&pairs[0]["left"], &pairs[0]["right"]].map(|side| side["bid_id"].as_i64().unwrap());
    assert_eq!(sides, [one, copy]);
    assert_eq!(pairs[0]["kind"], "same_round");
    assert_eq!(pairs[0]["decision"], "pending");
    assert!(pairs[0]["score"].as_i64().unwrap() > 5000, "{}", found.text);
    // Each passage stands where it says, in both.
    let passages = pairs[0]["passages"].as_array().unwrap();
    assert!(passages.len() >= 4, "{}", found.text);
    for passage in passages {
        let cut = |side: &str, text: &str| -> String {
            let at = |end: &str| passage[side][end].as_u64().unwrap() as usize;
            text.chars()
                .skip(at("start"))
                .take(at("end") - at("start"))
                .filter(|c| c.is_alphanumeric())
                .collect()
        };
        assert_eq!(passage["left"]["field"], "破什么难题");
        assert_eq!(cut("left", LINES), cut("right", &disguised(LINES)));
    }

    let id = pairs[0]["id"].as_i64().unwrap();
    let page = app
        .browser("office")
        .get(&format!("/rounds/{}/similar/{id}", round.id))
        .expect(200);
    assert!(page.text.contains("<mark>"), "{}", page.text);
    assert!(
        app.browser("office")
            .get(&format!("/rounds/{}/similar", round.id))
            .expect(200)
            .text
            .contains("守线有我")
    );

    // Dismissed once, with a reason; a new search does not bring it back.
    let dismiss = format!("{path}/{id}/dismiss");
    let reason = json!({ "reason": "两个支部共用一条线路，已分别核实。" });
    app.api("supervisor")
        .post(&dismiss, reason.clone())
        .expect(403);
    office
        .post(&dismiss, json!({ "reason": "" }))
        .invalid("reason");
    let dismissed = office.post(&dismiss, reason.clone()).expect(200);
    assert_eq!(dismissed.json["decision"], "dismissed");
    office.post(&dismiss, reason).refused(409, "pair_decided");
    office.post(&path, json!({})).expect(200);
    let again = office.get(&path).expect(200);
    assert_eq!(again.items().len(), 1, "{}", again.text);
    assert_eq!(again.items()[0]["decision"], "dismissed");
    let trail = app
        .api("auditadmin")
        .get(&format!("/api/v1/audit?subject=similar_pair:{id}"))
        .expect(200);
    assert_eq!(trail.items()[0]["verb"], "similar.dismiss");
}

#[test]
fn a_copy_of_an_earlier_years_bid_is_found_and_a_chair_reads_from_scoring_on() {
    let app = TestApp::start();
    let first = app.round().published();
    bid(&first, "yunwei", 0, "看护到村", LINES);
    bid(&first, "biandian", 0, "七十二个动作", COURSES);
    first.open();

    let second = later_round(&app);
    let office = app.api("office");
    let copies = [
        bid(&second, "renhou", 0, "守线有我", &disguised(LINES)),
        bid(&second, "jianxiu", 0, "岗位练兵", &disguised(COURSES)),
    ];
    bid(&second, "wangjing", 0, "箱子到所", STORES);
    open_later(&second);

    let path = second.path("/similar");
    let done = office.post(&path, json!({})).expect(200);
    assert_eq!(done.json["earlier_bids"], 2);
    let found = office.get(&path).expect(200);
    let mut bids: Vec<i64> = found
        .items()
        .iter()
        .map(|pair| pair["left"]["bid_id"].as_i64().unwrap())
        .collect();
    bids.sort_unstable();
    assert_eq!(bids, copies);
    assert!(
        found
            .items()
            .iter()
            .all(|pair| pair["kind"] == "earlier" && pair["right"]["round_id"] == first.id)
    );

    // By key, page by page.
    let page = office.get(&format!("{path}?limit=1")).expect(200);
    assert_eq!(page.items().len(), 1);
    let cursor = page.json["next_cursor"].as_str().unwrap();
    let rest = office
        .get(&format!("{path}?limit=1&cursor={cursor}"))
        .expect(200);
    assert_eq!(rest.items()[0]["id"], found.items()[1]["id"]);
    assert!(rest.json["next_cursor"].is_null());

    // The earlier round was not searched itself, and knows nothing of the later one.
    assert!(
        office
            .get(&first.path("/similar"))
            .expect(200)
            .items()
            .is_empty()
    );

    app.api("reviewer1")
        .get(&path)
        .refused(403, "undertaking_required");
    second.start_scoring();
    let chair = app.api("reviewer1").get(&path).expect(200);
    let own = chair.items().len();
    assert!(own <= 2, "{}", chair.text);
    app.api("reviewer2")
        .get(&path)
        .refused(403, "similar_readers");
}

/// Rows like this bid's, of ids before all others.
fn multiply(app: &TestApp, bid: i64, ids: std::ops::Range<i64>) {
    let database = app.database();
    database.execute(&format!(
        "UPDATE rounds SET bid_count = bid_count + {} WHERE id = (SELECT round_id FROM bids WHERE id = {bid})",
        ids.end - ids.start
    ));
    for id in ids {
        database.execute(&format!(
            "INSERT INTO bids (id, round_id, organization_id, state, draft, draft_revision, draft_saved_at, sealed, \
             digest, receipt, submitted_at, submitted_by, topic_id, title, leader_name, budget_total, version, \
             created_by, created_at, updated_at) SELECT {id}, round_id, organization_id, state, draft, draft_revision, \
             draft_saved_at, sealed, digest, receipt || {id}, submitted_at, submitted_by, topic_id, title, leader_name, \
             budget_total, version, created_by, created_at, updated_at FROM bids WHERE id = {bid}"
        ));
    }
}

#[test]
fn earlier_signatures_are_kept_by_the_hundred_and_read_by_the_page() {
    let app = TestApp::start();
    // Hundreds of bids of one organization are more than a lane takes.
    app.unchecked();
    let first = app.round().published();
    let other = bid(&first, "biandian", 0, "七十二个动作", COURSES);
    let source = bid(&first, "yunwei", 0, "看护到村", LINES);
    first.open();
    let second = later_round(&app);
    let copy = bid(&second, "renhou", 0, "守线有我", &disguised(LINES));
    bid(&second, "wangjing", 0, "箱子到所", STORES);
    open_later(&second);
    let office = app.api("office");
    let path = second.path("/similar");
    let search = |earlier: i64| {
        let done = office.post(&path, json!({})).expect(200);
        assert_eq!(done.json["earlier_bids"], earlier);
        let found = office.get(&path).expect(200);
        let pairs: Vec<[i64; 2]> = found
            .items()
            .iter()
            .map(|pair| ["left", "right"].map(|side| pair[side]["bid_id"].as_i64().unwrap()))
            .collect();
        assert_eq!(pairs, [[copy, source]], "{}", found.text);
    };
    let signed = || {
        (0..4)
            .map(|_| {
                app.queries(|| {
                    office.post(&path, json!({})).expect(200);
                })
            })
            .min()
            .unwrap()
    };
    search(2);
    let few = signed();
    // The source is now in the third part of its round's signatures; what was signed before does not do any more.
    multiply(&app, other, 1..601);
    let anew = app.queries(|| search(602));
    let many = signed();
    assert_eq!(few, many, "{few} queries, then {many}, of the same page");
    assert!(anew > many, "{anew} queries to sign, {many} to search");
    search(602);

    // Of each round the last signing alone is left: three parts and one.
    let mut conn = biaogan::db::Manager::new(&app.database().url)
        .and_then(|manager| manager.establish())
        .unwrap();
    let parts: i64 = similar_parts::table.count().get_result(&mut conn).unwrap();
    let signings: i64 = similar_signings::table
        .count()
        .get_result(&mut conn)
        .unwrap();
    assert_eq!((parts, signings), (4, 2));
}

#[test]
fn two_searches_at_once_find_the_same_and_others_go_on() {
    let app = TestApp::start();
    let round = app.round().published();
    bid(&round, "yunwei", 0, "看护到村", LINES);
    bid(&round, "renhou", 1, "守线有我", &disguised(LINES));
    round.open();
    let path = round.path("/similar");
    std::thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                let done = app.api("office").post(&path, json!({})).expect(200);
                assert_eq!(done.json["pairs"], 1, "{}", done.text);
            });
        }
    });
    assert_eq!(app.api("office").get(&path).expect(200).items().len(), 1);
}

#[test]
fn on_the_demo_round_the_planted_copy_is_found_and_no_other() {
    const MORNING: &str = "2026-03-09T09:00+08:00";
    let database = TestDatabase::empty();
    biaogan::db::migrate::up(&database.url).unwrap();
    let app = TestApp::start_on(database, MORNING, |config| config.demo = true);
    biaogan::seed::load(
        &app.app,
        &biaogan::seed::Source::Embedded,
        instant(MORNING),
        PASSWORD,
        true,
    )
    .unwrap();
    let office = app.api("office");
    let rounds = office.get("/api/v1/rounds").expect(200);
    let round = rounds
        .items()
        .iter()
        .find(|round| round["state"] == "scoring")
        .unwrap_or_else(|| panic!("no round is being scored: {}", rounds.text));
    let path = format!("/api/v1/rounds/{}/similar", round["id"]);
    let done = office.post(&path, json!({})).expect(200);
    assert_eq!(done.json["bids"], 9, "{}", done.text);
    assert_eq!(done.json["earlier_bids"], 10, "{}", done.text);
    let found = office.get(&path).expect(200);
    let titles: Vec<[&str; 2]> = found
        .items()
        .iter()
        .map(|pair| {
            let mut titles = ["left", "right"].map(|side| pair[side]["title"].as_str().unwrap());
            titles.sort_unstable();
            titles
        })
        .collect();
    assert_eq!(titles, [PLANTED], "{}", found.text);
    assert!(found.items()[0]["passages"].as_array().unwrap().len() >= 3);
    // Over all rounds of the company: last year's holds no copies.
    let earlier = rounds
        .items()
        .iter()
        .find(|round| round["state"] == "concluded")
        .unwrap();
    let path = format!("/api/v1/rounds/{}/similar", earlier["id"]);
    office.post(&path, json!({})).expect(200);
    assert!(office.get(&path).expect(200).items().is_empty());
}

/// The same problem, or the same goals, in bids that otherwise have nothing in common.
#[test]
fn the_same_problem_or_goals_are_found_though_the_rest_differs() {
    let app = TestApp::start();
    let mut body = round_body();
    body["topics"][0]["requirements"] = json!("停电投诉多，群众等待时间长。");
    let round = app.round_of(body).published();
    let written = |branch: &str, problem: &str, goal: &str| {
        let applicant = app.api(branch);
        let mut content = bid_body(round.topics[0], app.user_id(branch), branch);
        content["problem"] = json!(problem);
        content["targets"] = json!([{ "name": goal, "baseline": "6", "target": "2" }]);
        content["outcomes"] = json!({});
        for field in ["track_record", "credit", "capability"] {
            content[field] = json!(branch);
        }
        content["plan"] = json!([{ "step": "initiation", "work": branch }]);
        let made = applicant
            .post(&round.path("/bids"), json!({ "content": content }))
            .expect(201);
        app.actor(&format!("{branch}.sj")).submits(made.id()).done();
        made.id()
    };
    let problem = "吊车碰线一年发生六起，发现时往往已经跳闸。";
    let one = written("yunwei", problem, "外力破坏跳闸次数");
    let other = written(
        "renhou",
        "吊车碰线一年发生六起; 发现时往往已经跳闸",
        "义务看护覆盖率",
    );
    let third = written("biandian", "备品找不到，跨县去借。", "义务看护覆盖率");
    // What the topic itself says is nobody's finding.
    written("jianxiu", "停电投诉多，群众等待时间长。", "投诉处理天数");
    written("wangjing", "停电投诉多，群众等待时间长", "回访满意的户数");
    round.open();
    let office = app.api("office");
    office.post(&round.path("/similar"), json!({})).expect(200);
    let found = office.get(&round.path("/similar")).expect(200);
    let pairs: Vec<_> = found
        .items()
        .iter()
        .map(|pair| {
            let side = |side: &str| pair[side]["bid_id"].as_i64().unwrap();
            let same = pair["same"].as_array().unwrap();
            assert_eq!(same.len(), 1, "{pair}");
            (
                side("left"),
                side("right"),
                same[0]["label"].as_str().unwrap(),
                same[0]["field"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(pairs.len(), 2, "{}", found.text);
    assert!(pairs.contains(&(one, other, "问题相同", "破什么难题")));
    assert!(pairs.contains(&(other, third, "目标相同", "目标")));
    app.browser("office")
        .get(&format!("/rounds/{}/similar", round.id))
        .contains("问题相同")
        .contains("目标相同");
}
