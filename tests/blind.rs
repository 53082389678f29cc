//! Blind rounds: until the lock nothing the panel can fetch names a bidder, and the lock makes it public.

mod said;

use actix_web::http::Method;
use biaogan::routes::{self, Access};
use serde_json::{Value, json};

use crate::support::rounds::{TestRound, bid_body, round_body};
use crate::support::world::World;
use crate::support::{Answer, TestApp};

/// Lists of the company itself, which name every organization and person, bidder or not, and fixed texts with examples.
const COMPANY: &[&str] = &[
    "/organizations",
    "/users",
    "/api/v1/organizations",
    "/api/v1/users",
    "/help",
    "/api/openapi.json",
    "/api/docs",
];

struct Blind<'a> {
    app: &'a TestApp,
    round: TestRound<'a>,
    bids: Vec<i64>,
    world: World,
    /// What must not be seen: names, codes and ids of the first bid's organization and team.
    names: Vec<String>,
}

fn blind(app: &TestApp) -> Blind<'_> {
    let mut body = round_body();
    body["rule"] = json!({ "blind": true });
    let round = app.round_of(body).published();
    let organizations = app
        .api("sysadmin")
        .get("/api/v1/organizations?limit=200")
        .expect(200);
    let own = organizations
        .items()
        .iter()
        .find(|one| one["code"] == "TX-YW")
        .unwrap();
    let me = app.api("yunwei").get("/api/v1/me").expect(200);
    let leader = me.json["name"].as_str().unwrap().to_owned();
    let mut names: Vec<String> = ["name", "short_name", "code"]
        .iter()
        .map(|field| own[field].as_str().unwrap().to_owned())
        .collect();
    names.push(leader.clone());
    names.push(own["id"].to_string());
    names.push(me.id().to_string());

    // The names stand wherever a bidder may write: title, texts, targets, plan, budget, a file's name.
    let applicant = app.api("yunwei");
    let (short, full) = (names[1].clone(), names[0].clone());
    let mut content = bid_body(round.topics[0], me.id(), &format!("{short}的平安机制"));
    content["problem"] = json!(format!("{full}外破隐患发现晚。"));
    content["track_record"] = json!(format!("{leader}带队完成改造三项。"));
    content["credit"] = json!(format!("{short}近三年无扣分。"));
    content["capability"] = json!(format!("{short}党员十二名。"));
    content["targets"][0]["name"] = json!(format!("{short}跳闸"));
    content["plan"][0]["work"] = json!(format!("{leader}牵头。"));
    content["budget"][0]["item"] = json!(format!("{short}材料"));
    content["outcomes"]["brand"] = json!(format!("{short}品牌"));
    let bid = applicant
        .post(&round.path("/bids"), json!({ "content": content }))
        .expect(201)
        .id();
    let file = applicant
        .upload(
            &format!("/api/v1/bids/{bid}/attachments"),
            &format!("{short}方案.txt"),
            "text/plain",
            "现场照片说明".as_bytes(),
        )
        .expect(201)
        .id();
    app.api("yunwei.sj")
        .post(&format!("/api/v1/bids/{bid}/submit"), json!({}))
        .expect(200);
    let other = round.submitted_bid("renhou", 0);
    round.open();
    round.start_scoring();
    let panel = app.api("office").get(&round.path("/panel")).expect(200);
    let mut world = World::default();
    world.set("round", round.id);
    world.set("bid", bid);
    world.set("attachment", file);
    world.set("topic", round.topics[0]);
    world.set("evaluation", panel.json["evaluation_id"].as_i64().unwrap());
    Blind {
        app,
        round,
        bids: vec![bid, other],
        world,
        names,
    }
}

impl Blind<'_> {
    fn named(&self, answer: &Answer) -> Option<&String> {
        let disposition = answer.header("content-disposition");
        let decoded = form_urlencoded::parse(disposition.as_bytes())
            .map(|(name, value)| format!("{name}{value}"))
            .collect::<String>();
        self.names
            .iter()
            .find(|name| answer.text.contains(name.as_str()) || decoded.contains(name.as_str()))
    }

    /// Every page and list this person can fetch, "" for a visitor.
    fn everything(&self, who: &str) -> Vec<Answer> {
        let mut paths: Vec<String> = routes::table()
            .into_iter()
            .filter(|route| route.method == Method::GET && route.access != Access::Demo)
            .filter(|route| !COMPANY.iter().any(|one| route.path.starts_with(one)))
            .map(|route| self.world.fill(route.path))
            .collect();
        let announcements = self.app.client().get("/api/v1/public/announcements");
        for one in announcements.items() {
            paths.push(format!("/announcements/{}", one["id"]));
            paths.push(format!("/api/v1/public/announcements/{}", one["id"]));
        }
        for bid in &self.bids {
            paths.push(format!("/bids/{bid}/score"));
            paths.push(format!("/api/v1/bids/{bid}"));
        }
        paths.push(format!("/search?q={}", self.names[1]));
        // Logged in once: a login costs more than many a page.
        let (client, browser) = match who {
            "" => (self.app.client(), self.app.visitor()),
            _ => (self.app.api(who), self.app.browser(who)),
        };
        paths
            .iter()
            .map(|path| {
                let answer = match path.starts_with("/api/") {
                    true => client.get(path),
                    false => browser.get(path),
                };
                assert!(answer.status < 500, "{}: {}", answer.call, answer.text);
                answer
            })
            // The search form says what was searched for.
            .filter(|answer| !answer.call.contains("/search?q="))
            .collect()
    }
}

#[test]
fn the_panel_of_a_blind_round_reads_no_names_before_the_lock() {
    let app = TestApp::start();
    let blind = blind(&app);
    // There is something to leak: the office reads it, page and API.
    let office = blind.everything("office");
    let told = office
        .iter()
        .filter(|one| blind.named(one).is_some())
        .count();
    assert!(told >= 6, "{told} of {} name the bidder", office.len());
    // The presentation order is drawn, a sheet is begun and one sent back, so that those pages say something.
    for nth in 1..=5 {
        for bid in &blind.bids {
            blind
                .round
                .score(&format!("reviewer{nth}"), *bid, 80.0)
                .expect(200);
        }
    }
    let evaluation = blind.world.get("evaluation").unwrap().to_owned();
    let sheets = app
        .api("reviewer1")
        .get(&format!(
            "/api/v1/evaluations/{evaluation}/score_sheets?bid_id={}",
            blind.bids[0]
        ))
        .expect(200);
    let mut world = blind.world.clone();
    world.set("score_sheet", sheets.items()[1]["id"].as_i64().unwrap());
    app.api("reviewer1")
        .post(
            &format!("/api/v1/score_sheets/{}/reopen", sheets.items()[1]["id"]),
            json!({ "reason": "核对" }),
        )
        .expect(200);
    let blind = Blind { world, ..blind };
    app.api("office")
        .post(&blind.round.path("/presentation"), json!({}))
        .expect(201);
    app.api("supervisor")
        .post(
            &blind.round.path("/presentation/nonce"),
            json!({ "nonce": "七月流火九月授衣" }),
        )
        .expect(200);

    for who in ["reviewer1", "reviewer2", "reviewer3", ""] {
        let mut seen = 0;
        for answer in blind.everything(who) {
            seen += usize::from(answer.status == 200);
            if let Some(name) = blind.named(&answer) {
                panic!("{who}: {} says {name}:\n{}", answer.call, answer.text);
            }
        }
        assert!(seen > if who.is_empty() { 10 } else { 30 }, "{who}: {seen}");
    }
    // The bid can be read and marked all the same.
    let page = app
        .browser("reviewer2")
        .get(&format!("/bids/{}/score", blind.bids[0]))
        .expect(200)
        .contains("〔匿名〕")
        .contains("匿名评审");
    assert!(page.text.contains("外破隐患发现晚"));
    // Nor can it be found out by asking who bids.
    let own: Value = blind.names[4].parse::<i64>().unwrap().into();
    app.api("reviewer2")
        .get(&blind.round.path(&format!("/bids?organization_id={own}")))
        .invalid("organization_id");
    app.api("office")
        .get(&blind.round.path(&format!("/bids?organization_id={own}")))
        .expect(200)
        .contains(&blind.names[1]);
    for path in ["/similar", "/panel/conflicts"] {
        app.api("reviewer1")
            .get(&blind.round.path(path))
            .refused(403, "blind_until_lock");
        app.api("supervisor")
            .get(&blind.round.path(path))
            .expect(200);
    }
}

#[test]
fn the_lock_of_a_blind_round_makes_the_bidders_public() {
    let app = TestApp::start();
    let blind = blind(&app);
    for nth in 1..=5 {
        for bid in &blind.bids {
            blind
                .round
                .score(&format!("reviewer{nth}"), *bid, 80.0)
                .expect(200);
        }
    }
    let bid = format!("/api/v1/bids/{}", blind.bids[0]);
    app.api("reviewer2")
        .get(&bid)
        .expect(200)
        .lacks(&blind.names[1]);
    app.api("office")
        .post(&blind.round.path("/lock"), json!({}))
        .expect(200);
    app.api("reviewer2")
        .get(&bid)
        .expect(200)
        .contains(&blind.names[1]);
    app.api("reviewer2")
        .get(&blind.round.path("/result"))
        .expect(200)
        .contains(&blind.names[1]);
    let posted = app
        .client()
        .get("/api/v1/public/announcements")
        .expect(200)
        .contains("申报组织公布");
    let named = posted
        .items()
        .iter()
        .find(|one| one["title"].as_str().unwrap().starts_with("申报组织公布"));
    let id = &named.unwrap()["id"];
    app.visitor()
        .get(&format!("/announcements/{id}"))
        .expect(200)
        .contains(&format!("{}《", blind.names[1]));
}

#[test]
fn bidders_read_in_the_guide_that_the_round_is_blind() {
    let app = TestApp::start();
    let mut body = round_body();
    body["rule"] = json!({ "blind": true });
    let round = app.round_of(body).published();
    app.visitor()
        .get(&format!("/guides/{}", round.id))
        .expect(200)
        .contains("请不要写出单位和人员名称");
    // Copied with the rest of the rule.
    let copy = app
        .api("office")
        .post(&round.path("/copy"), json!({}))
        .expect(201);
    let again = app
        .api("office")
        .get(&format!("/api/v1/rounds/{}", copy.id()))
        .expect(200);
    assert_eq!(again.json["rule"]["blind"], true, "{}", again.text);
}
