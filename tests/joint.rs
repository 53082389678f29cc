//! Joint bids (联合攻关): several opened bids go on as one, all consenting.

use serde_json::{Value, json};

use crate::support::rounds::TestRound;
use crate::support::{Answer, TestApp};

const STATEMENT: &str = "运维支部牵头，负责线路看护；仁厚支部负责进村宣传，经费各半。";

fn body(lead: i64, partners: &[i64]) -> Value {
    json!({
        "lead_bid_id": lead, "partner_bid_ids": partners,
        "statement": STATEMENT, "reason": "两份申报针对同一个难题。",
    })
}

fn propose(round: &TestRound, lead: i64, partners: &[i64]) -> Answer {
    round
        .app
        .api("office")
        .post(&round.path("/mergers"), body(lead, partners))
        .expect(201)
}

fn agree(round: &TestRound, secretary: &str, merger: i64) -> Answer {
    let client = round.app.api(secretary);
    let path = format!("/api/v1/mergers/{merger}");
    let digest = client.get(&path).expect(200).json["digest"].clone();
    client.post(
        &format!("{path}/answer"),
        json!({ "agree": true, "digest": digest }),
    )
}

fn state(round: &TestRound, bid: i64) -> String {
    let shown = round
        .app
        .api("supervisor")
        .get(&format!("/api/v1/bids/{bid}"))
        .expect(200);
    shown.json["state"].as_str().unwrap().to_owned()
}

fn todo(app: &TestApp, who: &str) -> String {
    app.browser(who).get("/home").expect(200).text
}

#[test]
fn all_agree_and_two_bids_go_on_as_one() {
    let app = TestApp::start();
    let round = app.round().published();
    let lead = round.submitted_bid("yunwei", 0);
    let partner = round.submitted_bid("yingxiao", 1);
    let other = round.submitted_bid("biandian", 1);
    app.api("office")
        .post(&round.path("/mergers"), body(lead, &[partner]))
        .refused(409, "not_opened");
    round.open();

    for outsider in ["yunwei.sj", "supervisor", "secretary", "reviewer1"] {
        app.api(outsider)
            .post(&round.path("/mergers"), body(lead, &[partner]))
            .expect(403);
    }
    let asked = propose(&round, lead, &[partner]);
    let merger = asked.id();
    let path = format!("/api/v1/mergers/{merger}");
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
            .get(&round.path("/mergers"))
            .expect(200)
            .items()
            .is_empty()
    );
    assert_eq!(
        app.api("yingxiao")
            .get(&round.path("/mergers"))
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
            todo(&app, secretary).contains(&format!("/mergers/{merger}")),
            "{secretary}"
        );
    }
    assert!(!todo(&app, "biandian.sj").contains("/mergers/"));
    let own = app
        .browser("yingxiao.sj")
        .get(&format!("/bids/{partner}"))
        .expect(200);
    assert!(
        own.text.contains(&format!("/mergers/{merger}")),
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

#[test]
fn one_who_declines_or_the_office_ends_it() {
    let app = TestApp::start();
    let round = app.round().published();
    let one = round.submitted_bid("yunwei", 0);
    let two = round.submitted_bid("renhou", 0);
    let three = round.submitted_bid("biandian", 2);
    round.open();
    let office = app.api("office");

    // What cannot be asked.
    office
        .post(&round.path("/mergers"), body(one, &[one]))
        .invalid("partner_bid_ids");
    office
        .post(&round.path("/mergers"), body(one, &[404]))
        .invalid("partner_bid_ids");
    // The second topic has no bid and failed; a failed topic's bids go their own way.
    let merger = propose(&round, one, &[two, three]).id();
    office
        .post(&round.path("/mergers"), body(three, &[two]))
        .invalid("lead_bid_id");
    let path = format!("/api/v1/mergers/{merger}");
    agree(&round, "yunwei.sj", merger).expect(200);
    let digest = office.get(&path).expect(200).json["digest"].clone();
    let secretary = app.api("renhou.sj");
    secretary
        .post(
            &format!("{path}/answer"),
            json!({ "agree": false, "digest": digest }),
        )
        .invalid("reason");
    let ended = secretary
        .post(
            &format!("{path}/answer"),
            json!({ "agree": false, "digest": digest, "reason": "方案不一样" }),
        )
        .expect(200);
    assert_eq!(ended.json["state"], "declined");
    assert!(
        ended.json["ended_reason"]
            .as_str()
            .unwrap()
            .contains("方案不一样")
    );
    agree(&round, "biandian.sj", merger).refused(409, "merger_ended");
    for bid in [one, two, three] {
        assert_eq!(state(&round, bid), "opened");
    }
    assert!(!todo(&app, "biandian.sj").contains("/mergers/"));

    // By pages this time, and taken back.
    let browser = app.browser("office");
    let form = browser
        .get(&format!(
            "/rounds/{}/mergers?lead={one}&partner={three}",
            round.id
        ))
        .expect(200);
    assert!(form.text.contains("牵头"), "{}", form.text);
    let token = browser.csrf(&format!("/rounds/{}/mergers", round.id));
    let (lead, partner) = (one.to_string(), three.to_string());
    let fields = |partner: &str| -> Vec<(String, String)> {
        [
            ("csrf", token.as_str()),
            ("lead_bid_id", lead.as_str()),
            ("partner_bid_ids[0]", partner),
            ("partner_bid_ids[1]", ""),
            ("partner_bid_ids[2]", ""),
            ("partner_bid_ids[3]", ""),
            ("statement", STATEMENT),
            ("reason", "同一个难题"),
        ]
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .collect()
    };
    let post = |fields: &[(String, String)]| {
        let fields: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        browser.post_raw(&format!("/rounds/{}/mergers", round.id), &fields)
    };
    let wrong = post(&fields(&lead)).expect(422);
    assert!(
        wrong.text.contains("同一份申报书选了两次"),
        "{}",
        wrong.text
    );
    assert!(wrong.text.contains(STATEMENT), "what was typed is kept");
    let made = post(&fields(&partner)).expect(303);
    let address = made.header("location");
    let shown = browser.get(address).expect(200);
    assert!(shown.text.contains("待答复"), "{}", shown.text);
    let secretary = app.browser("yunwei.sj").get(address).expect(200);
    assert!(
        secretary.text.contains("同意联合攻关"),
        "{}",
        secretary.text
    );
    app.browser("biandian").get(address).expect(200);
    let id: i64 = address.rsplit('/').next().unwrap().parse().unwrap();
    office
        .post(
            &format!("/api/v1/mergers/{id}/withdraw"),
            json!({ "reason": "改为分别评审" }),
        )
        .expect(200);

    // A bid found void is asked no more.
    let again = propose(&round, one, &[two]).id();
    office
        .post(
            &format!("/api/v1/bids/{two}/void"),
            json!({ "reason": "查实抄袭" }),
        )
        .expect(200);
    let ended = office.get(&format!("/api/v1/mergers/{again}")).expect(200);
    assert_eq!(ended.json["state"], "declined");
    let trail = app
        .api("auditadmin")
        .get(&format!("/api/v1/audit?subject=merger:{merger}"))
        .expect(200);
    let mut verbs: Vec<&str> = trail
        .items()
        .iter()
        .map(|event| event["verb"].as_str().unwrap())
        .collect();
    verbs.sort_unstable();
    assert_eq!(
        verbs,
        ["joint.answer", "joint.answer", "joint.end", "joint.propose"]
    );
}

#[test]
fn a_merged_bid_counts_where_it_was_handed_in() {
    let app = TestApp::start();
    let mut wanted = crate::support::rounds::round_body();
    wanted["topics"][0]["minimum_bids"] = json!(3);
    let round = app.round_of(wanted).published();
    let bids = round.with_bids(3);
    round.open();
    let merger = propose(&round, bids[0], &bids[1..2]).id();
    agree(&round, "yunwei.sj", merger).expect(200);
    agree(&round, "renhou.sj", merger).expect(200);
    // Two are left to compete, three were handed in: the topic does not fail.
    round.start_scoring();
    let shown = app.api("office").get(&round.path("")).expect(200);
    assert_eq!(shown.json["topics"][0]["failed"], false, "{}", shown.text);
}
