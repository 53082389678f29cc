//! Equal scores, and a ranking read in pieces.

use super::*;

#[test]
fn equal_scores_are_put_in_order_by_the_chair() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.all([GOOD, GOOD, WEAK, GOOD, FAIR]);
    scored.office("/lock").expect(200);
    assert_eq!(scored.rows(0)[0]["proposal"], "tied");
    let path = scored.round.path("/tie");
    let order = |bids: &[i64]| json!({ "bid_ids": bids, "method": "vote", "reason": "5 比 0" });
    let (one, two) = (scored.bids[0], scored.bids[1]);
    app.api("office")
        .post(&path, order(&[two, one]))
        .refused(403, "chair_required");
    let chair = app.api("reviewer1");
    chair
        .post(&path, order(&[two, scored.bids[2]]))
        .invalid("bid_ids");
    chair.post(&path, order(&[two, two])).invalid("bid_ids");
    // Lots are not one person's to record.
    let alone = json!({ "bid_ids": [two, one], "method": "lots", "reason": "抽签" });
    chair.post(&path, alone).invalid("method");
    chair.post(&path, order(&[two, one])).expect(200);
    let rows = scored.rows(0);
    assert_eq!(rows[0]["bid_id"], two);
    assert_eq!(rows[0]["proposal"], "winner");
    assert_eq!(rows[0]["resolved_by"], "recorded");
    let report = app
        .api("supervisor")
        .get(&scored.round.path("/fairness"))
        .expect(200);
    assert_eq!(report.json["reviewers"].as_array().unwrap().len(), 5);
    assert_eq!(report.json["sensitivity"].as_array().unwrap().len(), 9);
    app.api("office")
        .get(&scored.round.path("/fairness"))
        .refused(403, "role_required");
}

#[test]
fn a_ranking_is_read_in_pieces_and_older_results_from_their_file() {
    let app = TestApp::start();
    let scored = scoring(&app);
    scored.publicized();
    let path = scored.round.path("/result");
    let page = format!("/rounds/{}/result", scored.round.id);
    let read = || {
        [
            app.api("office").get(&path).expect(200).text,
            app.api("renhou").get(&path).expect(200).text,
            app.api("office")
                .get(&format!("{path}?bid_id={}", scored.bids[0]))
                .expect(200)
                .text,
        ]
    };
    let pieces = read();
    let one: Value = serde_json::from_str(&pieces[2]).unwrap();
    let rows = one["topics"][0]["rows"].as_array().unwrap();
    assert_eq!(rows[0]["sheets"].as_array().unwrap().len(), 4);
    assert!(rows[1]["sheets"].as_array().unwrap().is_empty());
    assert_eq!(rows[1]["criteria"].as_array().unwrap().len(), 4);
    app.api("office").get(&format!("{path}?bids=1")).expect(422);

    // The invariant sees a piece that says something else than the file.
    let database = app.database();
    database.execute("UPDATE result_rows SET line = REPLACE(line, '88.00', '89.00')");
    let findings = app.findings();
    assert_eq!(findings.len(), 2, "{findings:?}");
    assert!(findings[0].contains("is not the file's"), "{findings:?}");

    // Results of before there were pieces.
    database.execute("UPDATE results SET head = NULL");
    database.execute("UPDATE result_rows SET line = NULL, counted_sheets = NULL");
    assert_eq!(read(), pieces);
    app.browser("office")
        .get(&page)
        .expect(200)
        .contains("88.00");
}
