//! Bids divided among the panel.

use super::*;

/// A round of seven in which each bid is marked by three.
fn divided(app: &TestApp) -> (TestRound<'_>, Vec<i64>) {
    let round = app.round();
    seat(
        &round,
        &[
            "reviewer1",
            "reviewer2",
            "reviewer3",
            "reviewer4",
            "reviewer5",
            "reviewer6",
            "reviewer7",
        ],
    );
    let office = app.api("office");
    let path = round.path("/panel/assignment");
    let version = office.get(&path).expect(200).version();
    office
        .put(&path, version, json!({ "reviewers_per_bid": 8 }))
        .invalid("reviewers_per_bid");
    office
        .put(&path, version, json!({ "reviewers_per_bid": 2 }))
        .invalid("reviewers_per_bid");
    office
        .put(&path, version, json!({ "reviewers_per_bid": 3 }))
        .expect(200);
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.set_clock("2026-03-02T09:00+08:00");
    let mut bids = Vec::new();
    for (n, branch) in [
        "yunwei", "renhou", "biandian", "jianxiu", "wangjing", "gaochang", "yingxiao",
    ]
    .iter()
    .enumerate()
    {
        bids.push(round.submitted_bid(branch, n % 3));
    }
    (round, bids)
}

fn assigned(app: &TestApp, evaluation: i64, reviewer: &str) -> Vec<i64> {
    let shown = app
        .api(reviewer)
        .get(&format!("/api/v1/evaluations/{evaluation}"))
        .expect(200);
    ids(&shown.json["assignments"], "bid_id")
}

#[test]
fn bids_are_divided_among_the_panel_and_each_sees_their_own() {
    let app = TestApp::start();
    let (round, bids) = divided(&app);
    let office = app.api("office");
    let plan = round.path("/panel/assignment");
    // Nothing of the bids shows before the opening.
    let before = office.get(&plan).expect(200);
    assert_eq!(before.json["bids"], 0);
    app.api("yunwei")
        .get(&plan)
        .refused(403, "assignment_private");
    round.open();
    office.post(&round.path("/scoring"), json!({})).expect(200);
    let evaluation = evaluation_of(&round);
    let reviewers: Vec<String> = (1..=7).map(|n| format!("reviewer{n}")).collect();
    for reviewer in &reviewers {
        app.api(reviewer)
            .post(
                &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                json!({}),
            )
            .expect(200);
    }
    let own: Vec<Vec<i64>> = reviewers
        .iter()
        .map(|reviewer| assigned(&app, evaluation, reviewer))
        .collect();
    for bid in &bids {
        let markers = own.iter().filter(|mine| mine.contains(bid)).count();
        assert_eq!(markers, 3, "{own:?}");
    }
    let sizes: Vec<usize> = own.iter().map(Vec::len).collect();
    assert_eq!(sizes, [3; 7], "21 over seven");
    // reviewer4 belongs to 营销党支部, whose bid is on the first topic with three others.
    for bid in [bids[0], bids[3], bids[6]] {
        assert!(!own[3].contains(&bid));
    }

    // Whoever is not to mark a bid does not see it: not on lists, not by address, not to score.
    for (reviewer, mine) in reviewers.iter().zip(&own) {
        let listed = app
            .api(reviewer)
            .get(&round.path("/bids?limit=100"))
            .expect(200);
        let mut seen: Vec<i64> = listed
            .items()
            .iter()
            .map(|item| item["id"].as_i64().unwrap())
            .collect();
        seen.sort_unstable();
        let mut expected = mine.clone();
        expected.sort_unstable();
        assert_eq!(seen, expected, "{reviewer}");
        let other = bids
            .iter()
            .find(|bid| !mine.contains(bid))
            .copied()
            .unwrap();
        app.api(reviewer)
            .get(&format!("/api/v1/bids/{other}"))
            .expect(404);
        app.api(reviewer)
            .get(&format!("/api/v1/bids/{}", mine[0]))
            .expect(200);
    }
    let stranger = bids.iter().find(|bid| !own[0].contains(bid)).unwrap();
    app.api("reviewer1")
        .get(&format!("/api/v1/bids/{stranger}/score_sheet"))
        .refused(403, "not_assigned");
    let shown = office.get(&plan).expect(200);
    assert_eq!(ids(&shown.json["loads"], "bids"), [3; 7]);
    assert_eq!(shown.json["digest"].as_str().unwrap().len(), 64);
    app.browser("office")
        .get(&format!("/rounds/{}/panel/assignment", round.id))
        .expect(200)
        .contains("分配结果");
    app.browser("reviewer1")
        .get("/home")
        .contains("还有 3 份没有提交");

    // Two thirds of three would be two, but nothing is judged by fewer than three sheets.
    for (nth, (reviewer, mine)) in reviewers.iter().zip(&own).rev().enumerate() {
        if nth == 6 {
            office
                .post(&round.path("/lock"), json!({}))
                .refused(409, "below_quorum")
                .contains("不足 3 份");
        }
        for bid in mine {
            round.score(reviewer, *bid, 80.0).expect(200);
        }
    }
    office.post(&round.path("/lock"), json!({})).expect(200);
    let file = office.get(&round.path("/result.json")).expect(200);
    assert_eq!(file.json["assignments"].as_array().unwrap().len(), 7);
    let rows: Vec<&Value> = file.json["ranking"]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(|topic| topic["rows"].as_array().unwrap())
        .collect();
    assert_eq!(rows.len(), 7);
    assert!(rows.iter().all(|row| row["quorum_met"] == true));
    let text: biaogan::numbers::result_file::ResultFile =
        biaogan::numbers::result_file::ResultFile::from_json(&file.text).unwrap();
    assert_eq!(
        biaogan::numbers::result_file::differences(&text),
        Vec::<String>::new()
    );
}

#[test]
fn a_recusal_or_a_replacement_passes_the_bids_on() {
    let app = TestApp::start();
    let (round, bids) = divided(&app);
    round.open();
    let office = app.api("office");
    office.post(&round.path("/scoring"), json!({})).expect(200);
    let evaluation = evaluation_of(&round);
    for n in 1..=7 {
        app.api(&format!("reviewer{n}"))
            .post(
                &format!("/api/v1/evaluations/{evaluation}/undertaking"),
                json!({}),
            )
            .expect(200);
    }
    let mine = assigned(&app, evaluation, "reviewer2");
    app.api("reviewer2")
        .post(
            &format!("/api/v1/bids/{}/recusal", mine[0]),
            json!({ "reason": "申报负责人是我的同学" }),
        )
        .expect(201);
    let left = assigned(&app, evaluation, "reviewer2");
    assert!(!left.contains(&mine[0]));
    let plan = office.get(&round.path("/panel/assignment")).expect(200);
    assert_eq!(plan.json["short"], json!([]), "{}", plan.text);
    let loads = ids(&plan.json["loads"], "bids");
    assert_eq!(loads.iter().sum::<i64>(), 3 * bids.len() as i64);
}

#[test]
fn too_few_reviewers_for_a_bid_are_named_before_scoring_starts() {
    let app = TestApp::start();
    let round = app.round();
    seat(
        &round,
        &[
            "reviewer1",
            "reviewer2",
            "reviewer3",
            "reviewer4",
            "reviewer5",
        ],
    );
    let office = app.api("office");
    let path = round.path("/panel/assignment");
    let version = office.get(&path).expect(200).version();
    office
        .put(&path, version, json!({ "reviewers_per_bid": 5 }))
        .expect(200);
    office.post(&round.path("/publish"), json!({})).expect(200);
    app.set_clock("2026-03-02T09:00+08:00");
    round.submitted_bid("yingxiao", 0);
    round.submitted_bid("yunwei", 1);
    round.open();
    let refused = office
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "assignment_infeasible");
    assert!(
        refused.text.contains("yingxiao 的项目") && refused.text.contains("可评 4 名"),
        "{}",
        refused.text
    );
    // Nothing was started; with fewer per bid it goes.
    let version = office.get(&path).expect(200).version();
    office
        .put(&path, version, json!({ "reviewers_per_bid": 4 }))
        .expect(200);
    office.post(&round.path("/scoring"), json!({})).expect(200);
}
