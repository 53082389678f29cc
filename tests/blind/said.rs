//! Names wherever somebody may write them, however they are written, of the day of submission and of every later day.

use biaogan::text::folded;

use super::*;
use crate::support::rounds::REVIEWERS;

/// However a name may be written.
fn spaced(name: &str) -> String {
    name.chars().flat_map(|letter| [letter, ' ']).collect()
}

fn wide(name: &str) -> String {
    let wide = |letter: char| match letter {
        '!'..='~' => char::from_u32(u32::from(letter) + 0xfee0).unwrap(),
        _ => letter,
    };
    name.chars().map(wide).collect()
}

/// As names are looked for: whatever case, width and blanks.
fn bare(text: &str) -> String {
    folded(text).split_whitespace().collect()
}

/// A blind round in which everybody says who bids.
struct Told<'a> {
    app: &'a TestApp,
    round: TestRound<'a>,
    world: World,
    /// Folded.
    names: Vec<String>,
    /// The lead of a joint bid, and its partner.
    bids: [i64; 2],
    code: String,
}

fn told(app: &TestApp) -> Told<'_> {
    let mut body = round_body();
    body["rule"] = json!({ "blind": true });
    let round = app.round_of(body).published();
    let (sysadmin, office) = (app.api("sysadmin"), app.api("office"));
    let all = sysadmin.get("/api/v1/organizations?limit=200").expect(200);
    let own = all
        .items()
        .iter()
        .find(|one| one["code"] == "TX-YW")
        .unwrap();
    let text = |field: &str| own[field].as_str().unwrap().to_owned();
    let (name, short, code) = (text("name"), text("short_name"), text("code"));
    let person = |who: &str| {
        let me = app.api(who).get("/api/v1/me").expect(200);
        (me.id(), me.json["name"].as_str().unwrap().to_owned())
    };
    let ((leader, leading), (member, helping)) = (person("yunwei"), person("yunwei.sj"));

    // Asked, answered, corrected and put off, each with names.
    let asked = app
        .api("yunwei")
        .post(
            &round.path("/questions"),
            json!({ "question": format!("{}能报两个项目吗？", spaced(&short)) }),
        )
        .expect(201);
    office
        .post(
            &format!("/api/v1/questions/{}/answer", asked.id()),
            json!({ "answer": format!("{}可以，请{helping}办理。", wide(&code)) }),
        )
        .expect(200);
    office
        .post(
            &round.path("/corrections"),
            json!({ "text": format!("应{}的请求更正指南。", code.to_lowercase()) }),
        )
        .expect(201);
    office
        .post(
            &round.path("/extend"),
            json!({ "deadline": "2026-03-20T10:00:00Z", "reason": format!("{name}请求延期。") }),
        )
        .expect(200);

    let mut content = bid_body(
        round.topics[0],
        leader,
        &format!("{}的机制", spaced(&short)),
    );
    content["team"]["members"] = json!([member]);
    content["problem"] = json!(format!("{}外破隐患发现晚。", wide(&code)));
    content["track_record"] = json!(format!("{}带队。", spaced(&helping)));
    content["credit"] = json!(format!("{}无扣分。", code.to_lowercase()));
    content["capability"] = json!(format!("{}带头。", spaced(&leading)));
    let applicant = app.api("yunwei");
    let bid = applicant
        .post(&round.path("/bids"), json!({ "content": content }))
        .expect(201)
        .id();
    let file = applicant
        .upload(
            &format!("/api/v1/bids/{bid}/attachments"),
            &format!("{}方案.txt", wide(&code)),
            "text/plain",
            "现场照片说明".as_bytes(),
        )
        .expect(201)
        .id();
    app.actor("yunwei.sj").submits(bid).done();
    let partner = round.submitted_bid("renhou", 0);
    let third = round.submitted_bid("biandian", 0);

    // Renamed after the submission: before and after are covered, with what it is called now.
    let renamed = "国网唐县供电公司输电线路党支部";
    let path = format!("/api/v1/organizations/{}", own["id"]);
    let version = sysadmin.get(&path).expect(200).version();
    let change = json!({ "name": renamed, "short_name": "输电线路党支部" });
    sysadmin.patch(&path, version, change).expect(200);
    round.open();

    // Two go on as one, and the portal tells both.
    let joint = office
        .post(
            &round.path("/joint"),
            json!({
                "lead_bid_id": bid, "partner_bid_ids": [partner],
                "statement": format!("{short}牵头，{helping}负责。"),
                "reason": format!("与{}的难题相同。", spaced(&name)),
            }),
        )
        .expect(201);
    for secretary in ["yunwei.sj", "renhou.sj"] {
        app.api(secretary)
            .post(
                &format!("/api/v1/joint/{}/answer", joint.id()),
                json!({ "agree": true, "digest": joint.json["digest"] }),
            )
            .expect(200);
    }
    let lodged = app
        .client()
        .post(
            &format!("/api/v1/public/rounds/{}/objections", round.id),
            json!({ "anonymous": true, "contact": "13800000000", "bid_id": bid,
                "content": format!("{renamed}（原{}）人员不足。", spaced(&short)) }),
        )
        .expect(201);
    let objection = app.actor("office").objections(&round)[0]["id"].clone();
    office
        .post(
            &format!("/api/v1/objections/{objection}/answer"),
            json!({ "outcome": "rejected", "answer": format!("{helping}在岗。") }),
        )
        .expect(200);
    round.start_scoring();
    office
        .post(&round.path("/presentation"), json!({}))
        .expect(201);
    office
        .post(
            &format!("/api/v1/bids/{third}/void"),
            json!({ "reason": format!("与{}雷同。", wide(&code)) }),
        )
        .expect(200);
    for nth in 1..=5 {
        round
            .score(&format!("reviewer{nth}"), bid, 80.0)
            .expect(200);
    }
    let evaluation = round.evaluation();
    let chair = app.api("reviewer1");
    let sheets = chair
        .get(&format!(
            "/api/v1/evaluations/{evaluation}/score_sheets?bid_id={bid}"
        ))
        .expect(200);
    let sheet = sheets.items()[1]["id"].as_i64().unwrap();
    chair
        .post(
            &format!("/api/v1/score_sheets/{sheet}/reopen"),
            json!({ "reason": format!("请再看{}的目标。", spaced(&short)) }),
        )
        .expect(200);

    let mut world = World::default();
    for (kind, id) in [
        ("round", round.id),
        ("bid", bid),
        ("attachment", file),
        ("topic", round.topics[0]),
        ("evaluation", evaluation),
        ("joint", joint.id()),
        ("score_sheet", sheet),
    ] {
        world.set(kind, id);
    }
    let code_of = lodged.json["code"].as_str().unwrap().to_owned();
    world.set("objection_code", &code_of);
    let partner_short = all
        .items()
        .iter()
        .find(|one| one["code"] == "TX-RH")
        .map_or("仁厚", |one| one["short_name"].as_str().unwrap());
    let names = [
        &name,
        &short,
        &code,
        renamed,
        "输电线路党支部",
        &leading,
        &helping,
        partner_short,
    ];
    Told {
        app,
        round,
        world,
        names: names.iter().map(|name| bare(name)).collect(),
        bids: [bid, partner],
        code: code_of,
    }
}

impl Told<'_> {
    fn named(&self, answer: &Answer) -> Option<&String> {
        let text = bare(&answer.text);
        let header: String =
            form_urlencoded::parse(answer.header("content-disposition").as_bytes())
                .map(|(name, value)| format!("{name}{value}"))
                .collect();
        let header = bare(&header);
        self.names
            .iter()
            .find(|name| text.contains(name.as_str()) || header.contains(name.as_str()))
    }

    fn everything(&self, who: &str) -> Vec<Answer> {
        let blind = Blind {
            app: self.app,
            round: TestRound::known(self.app, self.round.id),
            bids: self.bids.to_vec(),
            world: self.world.clone(),
            names: vec![String::new(), "联合攻关".to_owned()],
        };
        let mut all = blind.everything(who);
        let visitor = self.app.client();
        all.push(visitor.get(&format!("/api/v1/public/objections/{}", self.code)));
        all
    }
}

#[test]
fn what_anybody_says_names_no_bidder_before_the_lock() {
    let app = TestApp::start();
    let told = told(&app);
    let office = told.everything("office");
    for name in &told.names {
        let read = office
            .iter()
            .filter(|one| bare(&one.text).contains(name.as_str()));
        assert!(read.count() >= 1, "the office reads {name} nowhere");
    }
    for who in REVIEWERS.iter().take(3).copied().chain([""]) {
        for answer in told.everything(who) {
            if let Some(name) = told.named(&answer) {
                panic!("{who}: {} says {name}:\n{}", answer.call, answer.text);
            }
        }
    }
    // Nor by asking for it: what is found under a cover is not found.
    for name in ["运维党支部", "输电线路党支部"] {
        let asked: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
        let found = app
            .client()
            .get(&format!("/api/v1/public/search?q={asked}"))
            .expect(200);
        assert!(found.items().is_empty(), "{}", found.text);
    }
    // The notice is there, and says what it may.
    let notices = app.client().get("/api/v1/public/announcements").expect(200);
    let joint = notices
        .items()
        .iter()
        .find(|one| one["title"].as_str().unwrap().starts_with("联合攻关公告"))
        .unwrap();
    let said = joint["body"]["intro"].as_str().unwrap();
    assert!(said.contains("〔匿名〕牵头"), "{said}");
    let form = app
        .visitor()
        .get(&format!("/rounds/{}/objection", told.round.id))
        .expect(200);
    assert!(form.text.contains("（〔匿名〕）"), "{}", form.text);
    // The partner's bid is read beside the lead's, without names like it.
    app.browser("reviewer2")
        .get(&format!("/bids/{}/score", told.bids[0]))
        .expect(200)
        .contains("参加：〔匿名〕《");
    // Those who go together know each other, whoever else does not.
    app.api("renhou")
        .get(&format!("/api/v1/bids/{}", told.bids[0]))
        .expect(200)
        .contains("输电线路党支部");
    app.api("biandian")
        .get(&told.round.path("/questions"))
        .expect(200)
        .contains("〔匿名〕");
}

#[test]
fn the_lock_uncovers_what_was_said() {
    let app = TestApp::start();
    let told = told(&app);
    for nth in 1..=5 {
        let reviewer = app.api(&format!("reviewer{nth}"));
        let sheet = format!("/api/v1/bids/{}/score_sheet", told.bids[0]);
        if reviewer.get(&sheet).expect(200).json["state"] == "draft" {
            told.round
                .score(&format!("reviewer{nth}"), told.bids[0], 80.0)
                .expect(200);
        }
    }
    let seen = |text: &str| bare(text).contains("输电线路党支部");
    let announcements = || app.client().get("/api/v1/public/announcements").expect(200);
    let bid = || {
        app.api("reviewer2")
            .get(&format!("/api/v1/bids/{}", told.bids[0]))
            .expect(200)
    };
    let covered = bid();
    assert_eq!(covered.json["organization_id"], Value::Null);
    assert_eq!(covered.json["organization"], "〔匿名〕");
    assert!(!seen(&announcements().text));
    app.actor("office").locks(&told.round).done();
    assert!(seen(&announcements().text));
    assert!(bid().json["organization_id"].is_i64());
}

#[test]
fn an_organization_keeps_the_names_it_had() {
    use biaogan::db::schema::former_names;
    use diesel::prelude::*;

    let app = TestApp::start();
    let sysadmin = app.api("sysadmin");
    let path = {
        let all = sysadmin.get("/api/v1/organizations?limit=200").expect(200);
        let own = all
            .items()
            .iter()
            .find(|one| one["code"] == "TX-YW")
            .unwrap();
        format!("/api/v1/organizations/{}", own["id"])
    };
    let was = sysadmin.get(&path).expect(200);
    let mut conn = biaogan::db::Manager::new(&app.database().url)
        .unwrap()
        .establish()
        .unwrap();
    for (change, kept) in [
        (json!({ "position": 7 }), 0),
        (json!({ "short_name": "输电党支部" }), 1),
        (json!({ "short_name": "输电党支部", "disabled": false }), 1),
        (json!({ "name": "国网唐县输电党支部" }), 2),
    ] {
        let version = sysadmin.get(&path).expect(200).version();
        sysadmin.patch(&path, version, change).expect(200);
        let names: Vec<(String, String)> = former_names::table
            .order(former_names::id)
            .select((former_names::name, former_names::short_name))
            .load(&mut conn)
            .unwrap();
        assert_eq!(names.len(), kept, "{names:?}");
        if let Some((name, short)) = names.first() {
            assert_eq!(was.json["name"], name.as_str());
            assert_eq!(was.json["short_name"], short.as_str());
        }
    }
}
