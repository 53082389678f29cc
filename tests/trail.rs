//! Who reads what of the trail: the chains of one's own subtree, and no more of an event than is known by then.

use serde_json::{Value, json};

use crate::support::moments::Moment;
use crate::support::rounds::round_body;
use crate::support::{Client, TestApp};

const GIVEN: &str = "Correct#Horse2";
const OWN: &str = "Mine#Horse333";

/// Every event that somebody reads, all pages of it.
fn events(client: &Client) -> Vec<Value> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = client.get(&format!("/api/v1/audit?limit=200{cursor}"));
        let page = page.expect(200);
        all.extend_from_slice(page.items());
        match page.json["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

fn chains(client: &Client) -> Vec<i64> {
    let mut all: Vec<i64> = events(client)
        .iter()
        .map(|event| event["chain_id"].as_i64().unwrap())
        .collect();
    all.sort_unstable();
    all.dedup();
    all
}

/// A committee under this one, which the system administrator founds.
fn committee(app: &TestApp, above: &Value, code: &str) -> Value {
    let input = json!({
        "parent_id": above, "kind": "committee", "name": format!("{code}公司党委"),
        "short_name": format!("{code}党委"), "code": code,
    });
    let made = app.api("sysadmin").post("/api/v1/organizations", input);
    made.expect(201).json["id"].clone()
}

/// Somebody with this role there, logged in with their own password.
fn somebody(app: &TestApp, username: &str, role: &str, at: &Value) -> Client {
    let input = json!({
        "organization_id": at, "staff_number": username.to_uppercase(), "name": username, "post": "干事",
        "username": username, "password": GIVEN,
    });
    let made = app.api("sysadmin").post("/api/v1/users", input);
    let role = json!({ "role": role, "organization_id": at });
    let path = format!("/api/v1/users/{}/roles", made.expect(201).id());
    app.api("secadmin").post(&path, role).expect(201);
    app.make_own(username, GIVEN, OWN)
}

#[test]
fn an_audit_administrator_reads_the_chains_of_their_own_subtree() {
    let app = TestApp::start();
    let above = app.api("office").get("/api/v1/me").expect(200).json["organization_id"].clone();
    let (east, west) = (
        committee(&app, &above, "EAST"),
        committee(&app, &above, "WEST"),
    );
    let below = committee(&app, &east, "EAST-1");
    let heads = app.client().get("/api/v1/public/audit/head").expect(200);
    let chain = |of: &Value| {
        let all = heads.items().iter();
        let mut own = all.filter(|head| head["committee_id"] == *of);
        own.next().unwrap()["chain_id"].as_i64().unwrap()
    };
    let system = 0;
    // Something happens at each of the four.
    let made = app.api("office").post("/api/v1/rounds", round_body());
    let strange = format!("/api/v1/audit?subject=round:{}", made.expect(201).id());
    for (nth, at) in [&east, &west, &below].into_iter().enumerate() {
        let office = somebody(&app, &format!("office{nth}"), "office", at);
        office.post("/api/v1/rounds", round_body()).expect(201);
    }
    let all = {
        let mut all = vec![
            system,
            chain(&above),
            chain(&east),
            chain(&west),
            chain(&below),
        ];
        all.sort_unstable();
        all
    };
    assert_eq!(chains(&app.api("auditadmin")), all, "at the top");
    for (username, role) in [("audit.east", "audit_admin"), ("super.east", "supervisor")] {
        let own = somebody(&app, username, role, &east);
        let mut expected = vec![chain(&east), chain(&below)];
        expected.sort_unstable();
        assert_eq!(chains(&own), expected, "{username}");
        // By subject it is no wider: the other's round, and logins, which stand in the system's chain.
        for path in [strange.as_str(), "/api/v1/audit?subject=user"] {
            assert_eq!(
                own.get(path).expect(200).items(),
                [] as [Value; 0],
                "{path}"
            );
        }
    }
    let page = app.visitor();
    page.post_raw("/login", &[("username", "audit.east"), ("password", OWN)])
        .expect(303);
    let shown = page.get("/audit").expect(200);
    shown.contains("建立批次").lacks("登录失败").lacks("董雅静");
    // The chains below are as strange to the neighbour.
    let west = somebody(&app, "audit.west", "audit_admin", &west);
    assert_eq!(chains(&west).len(), 1);
}

/// What its committee decides an audit administrator learns with everybody else; the supervisor, who was there, before.
#[test]
fn no_event_tells_a_decision_before_its_publicity() {
    let decided = |app: &TestApp, who: &str| -> Value {
        let all = events(&app.api(who));
        let mut all = all.iter().filter(|event| event["verb"] == "round.decide");
        all.next().unwrap().clone()
    };
    let minute = "党委会纪要";
    let (app, world) = Moment::Decided.start();
    let covered = decided(&app, "auditadmin");
    assert_eq!(covered["detail"], Value::Null);
    assert_eq!(covered["salt"], Value::Null);
    assert_eq!(covered["actor_name"], "(公示前不显示)");
    let told = events(&app.api("auditadmin"));
    assert!(!json!(told).to_string().contains(minute));
    let page = app.browser("auditadmin").get("/audit").expect(200);
    page.contains("党委决定").lacks(minute);
    let seen = decided(&app, "supervisor");
    assert!(seen["detail"].to_string().contains(minute), "{seen}");
    // The digest is the same for both: what was covered is what is shown later.
    assert_eq!(seen["digest"], covered["digest"]);
    app.actor("office").publicizes(world.id("round")).done();
    let shown = decided(&app, "auditadmin");
    assert_eq!(shown["detail"], seen["detail"]);
    assert_eq!(shown["salt"], seen["salt"]);
}

/// Whoever knows all that an event says but its salt does not find it again by its digest.
#[test]
fn what_is_covered_is_not_opened_by_trying() {
    use biaogan::audit::digest;
    use biaogan::audit::store::{chains, events_after};
    for (moment, who) in [
        (Moment::Closed, "auditadmin"),
        (Moment::Closed, "supervisor"),
        (Moment::Decided, "auditadmin"),
    ] {
        let (app, _) = moment.start();
        let mut c = app.app.db.connection().unwrap();
        let mut whole = std::collections::BTreeMap::new();
        for chain in chains(&mut c).unwrap() {
            for event in events_after(&mut c, chain.id, 0, 100_000).unwrap() {
                whole.insert(event.digest.clone(), (event, chain.committee_id));
            }
        }
        let mut tried = 0;
        for shown in events(&app.api(who)) {
            let name = shown["actor_name"].as_str().unwrap();
            if !name.ends_with("前不显示)") {
                continue;
            }
            assert_eq!(shown["salt"], Value::Null);
            let (known, owner) = &whole[shown["digest"].as_str().unwrap()];
            assert_eq!(
                digest::of(known, *owner),
                known.digest,
                "with its salt it is found"
            );
            for salt in [None, Some(String::new()), Some(known.digest.clone())] {
                let mut guess = known.clone();
                guess.salt = salt;
                assert_ne!(digest::of(&guess, *owner), known.digest);
            }
            tried += 1;
        }
        assert!(tried > 0, "{moment:?}: nothing is covered from {who}");
    }
}

/// Events of every kind have a salt, each its own: decisions, objections, marks, ballots, contracts.
#[test]
fn no_two_events_share_a_salt() {
    let (app, _) = Moment::Shown.start();
    let all = events(&app.api("auditadmin"));
    for verb in [
        "bid.submit",
        "round.decide",
        "objection.answer",
        "sheet.submit",
        "acceptance.codes",
        "acceptance.close",
        "contract.sign",
    ] {
        assert!(all.iter().any(|event| event["verb"] == verb), "no {verb}");
    }
    let salts: std::collections::BTreeSet<&str> = all
        .iter()
        .map(|event| event["salt"].as_str().unwrap())
        .collect();
    assert_eq!(salts.len(), all.len());
    assert!(salts.iter().all(|salt| salt.len() == 32));
}
