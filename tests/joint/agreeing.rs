//! All agree.

use super::*;

#[test]
fn all_agree_and_two_bids_go_on_as_one() {
    let app = TestApp::start();
    let round = app.round().published();
    let lead = round.submitted_bid("yunwei", 0);
    let partner = round.submitted_bid("yingxiao", 1);
    let other = round.submitted_bid("biandian", 1);
    app.api("office")
        .post(&round.path("/joint"), body(lead, &[partner]))
        .refused(409, "not_opened");
    round.open();

    for outsider in ["yunwei.sj", "supervisor", "secretary", "reviewer1"] {
        app.api(outsider)
            .post(&round.path("/joint"), body(lead, &[partner]))
            .expect(403);
    }
    let asked = propose(&round, lead, &[partner]);
    let merger = asked.id();
    let path = format!("/api/v1/joint/{merger}");
    assert_eq!(asked.json["state"], "asked");
    assert_eq!(asked.json["members"].as_array().unwrap().len(), 2);

    // Those it concerns and those over the round know of it, nobody else; nobody reads another's bid through it.
    for knows in ["office", "supervisor", "secretary", "yunwei", "yingxiao.sj"] {
        app.api(knows).get(&path).expect(200);
    }
    for outsider in ["biandian.sj", "reviewer1", "sysadmin"] {
        assert!(app.api(outsider).get(&path).status >= 403, "{outsider}");
    }
    assert!(
        app.api("biandian.sj")
            .get(&round.path("/joint"))
            .expect(200)
            .items()
            .is_empty()
    );
    assert_eq!(
        app.api("yingxiao")
            .get(&round.path("/joint"))
            .expect(200)
            .items()
            .len(),
        1
    );
    app.api("yingxiao")
        .get(&format!("/api/v1/bids/{lead}"))
        .expect(404);

    // It waits at the secretaries' home and on the bid; an applicant does not answer.
    for secretary in ["yunwei.sj", "yingxiao.sj"] {
        assert!(
            todo(&app, secretary).contains(&format!("/joint/{merger}")),
            "{secretary}"
        );
    }
    assert!(!todo(&app, "biandian.sj").contains("/joint/"));
    let own = app
        .browser("yingxiao.sj")
        .get(&format!("/bids/{partner}"))
        .expect(200);
    assert!(
        own.text.contains(&format!("/joint/{merger}")),
        "{}",
        own.text
    );
    agree(&round, "yingxiao", merger).refused(403, "secretary_required");

    // Scoring waits for the answers, and says so.
    app.api("office")
        .post(&round.path("/scoring"), json!({}))
        .refused(409, "merger_waiting");
    assert!(
        app.browser("office")
            .get(&format!("/rounds/{}", round.id))
            .expect(200)
            .text
            .contains("还有 1 项联合攻关没有答复完")
    );

    let digest = asked.json["digest"].clone();
    app.api("yingxiao.sj")
        .post(
            &format!("{path}/answer"),
            json!({ "agree": true, "digest": "00" }),
        )
        .refused(409, "merger_changed");
    agree(&round, "yingxiao.sj", merger).expect(200);
    agree(&round, "yingxiao.sj", merger).refused(409, "already_answered");
    assert_eq!(state(&round, partner), "opened");

    // The lead changes the statement: whoever has agreed is asked anew, to another digest.
    let version = app.api("yunwei").get(&path).expect(200).version();
    app.api("yingxiao.sj")
        .put(&path, version, json!({ "statement": "都归运维" }))
        .expect(403);
    let changed = app
        .api("yunwei")
        .put(
            &path,
            version,
            json!({ "statement": "运维支部牵头，经费四六分。" }),
        )
        .expect(200);
    assert_ne!(changed.json["digest"], digest);
    assert!(
        changed.json["members"]
            .as_array()
            .unwrap()
            .iter()
            .all(|m| m["answer"].is_null())
    );
    app.api("yingxiao.sj")
        .post(
            &format!("{path}/answer"),
            json!({ "agree": true, "digest": digest }),
        )
        .refused(409, "merger_changed");

    agree(&round, "yingxiao.sj", merger).expect(200);
    let merged = agree(&round, "yunwei.sj", merger).expect(200);
    assert_eq!(merged.json["state"], "merged");
    assert_eq!(state(&round, lead), "opened");
    assert_eq!(state(&round, partner), "merged");
    app.api("office")
        .post(&format!("{path}/withdraw"), json!({ "reason": "再想想" }))
        .refused(409, "merger_ended");
    app.api("office")
        .post(
            &format!("/api/v1/bids/{partner}/void"),
            json!({ "reason": "单独废掉" }),
        )
        .refused(409, "merged");
    let notices = app.client().get("/announcements").expect(200);
    assert!(notices.text.contains("联合攻关公告"), "{}", notices.text);

    // Those who go together read each other's; the partner's page leads to the joint bid.
    app.api("yingxiao")
        .get(&format!("/api/v1/bids/{lead}"))
        .expect(200);
    app.api("yunwei")
        .get(&format!("/api/v1/bids/{partner}"))
        .expect(200);
    app.api("biandian")
        .get(&format!("/api/v1/bids/{lead}"))
        .expect(404);
    let own = app
        .browser("yingxiao")
        .get(&format!("/bids/{partner}"))
        .expect(200);
    assert!(
        own.text.contains(&format!("href=\"/bids/{lead}\"")),
        "{}",
        own.text
    );

    // The partner's reviewer leaves the joint bid's topic to others, and marks the other, where the partner bids no more.
    round.start_scoring();
    let sheet = |bid: i64| format!("/api/v1/bids/{bid}/score_sheet");
    app.api("reviewer4")
        .get(&sheet(lead))
        .refused(403, "recused");
    app.api("reviewer4").get(&sheet(other)).expect(200);
    let reviewer = "reviewer2";
    let page = app
        .browser(reviewer)
        .get(&format!("/bids/{lead}/score"))
        .expect(200);
    assert!(
        page.text.contains("运维支部牵头，经费四六分。"),
        "{}",
        page.text
    );
    assert!(page.text.contains("yingxiao 的项目"), "{}", page.text);
    // The partner's bid is read, not marked.
    app.api(reviewer)
        .get(&format!("/api/v1/bids/{partner}"))
        .expect(200);
    app.api(reviewer)
        .get(&format!("/api/v1/bids/{partner}/score_sheet"))
        .expect(404);
    for nth in 1..=5 {
        if nth != 4 {
            round
                .score(&format!("reviewer{nth}"), lead, 85.0)
                .expect(200);
        }
        round
            .score(&format!("reviewer{nth}"), other, 80.0)
            .expect(200);
    }
    round.decide();
    let result = app.api("secretary").get(&round.path("/result")).expect(200);
    assert!(result.text.contains(&lead.to_string()));
    assert!(
        !result.text.contains(&partner.to_string()),
        "{}",
        result.text
    );
    round.conclude();
    let contracts = app
        .api("office")
        .post(&round.path("/contracts"), json!({}))
        .expect(201);
    let joint = contracts
        .items()
        .iter()
        .find(|one| one["bid_id"] == json!(lead));
    let joint = app
        .api("office")
        .get(&format!("/api/v1/contracts/{}", joint.unwrap()["id"]))
        .expect(200);
    assert!(joint.text.contains("本项目为联合攻关"), "{}", joint.text);
}
