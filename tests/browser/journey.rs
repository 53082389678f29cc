//! The main job by clicking only, on the demo's people and clock: from a new round to a demonstration site on the
//! portal, every step by the person whose it is.

mod delivery;

use serde_json::json;

use super::PASSWORD;
use super::tab::{self, Tab};
use crate::support::TestApp;

const BIDDERS: [&str; 3] = ["yunwei", "yingxiao", "renhou"];

/// The topic each of them bids on, as it stands in the form; nobody bids on the first.
const TOPICS: [usize; 3] = [1, 2, 1];

struct Journey<'a> {
    app: &'a TestApp,
    tab: Tab<'a>,
}

impl Journey<'_> {
    fn act_as(&self, username: &str) -> &Tab<'_> {
        self.tab.act_as(username, PASSWORD);
        &self.tab
    }

    /// Moves the demo's clock by its banner.
    fn later(&self, button: &str, times: usize) {
        let tab = self.act_as("office");
        tab.go("/home");
        for _ in 0..times {
            tab.follow(button);
        }
    }

    fn make_round(&self) -> String {
        let tab = self.act_as("office");
        tab.go("/rounds/new");
        tab.fill("title", "2026年点击走查批次");
        tab.fill("guide", "请按指南申报。");
        for (nth, (lane, title)) in [
            ("commissioned", "标的甲"),
            ("commissioned", "标的乙"),
            ("self_proposed", "自选标段"),
        ]
        .into_iter()
        .enumerate()
        {
            tab.fill(&format!("topics[{nth}][lane]"), lane);
            tab.fill(&format!("topics[{nth}][title]"), title);
            tab.fill(&format!("topics[{nth}][quota]"), "1");
            tab.fill(&format!("topics[{nth}][minimum_bids]"), "1");
        }
        tab.submit_main();
        let round = tab.place();
        tab.badge("草稿");
        tab.fits();
        // Without a panel it cannot be published, and it says so.
        let publish = tab.run(
            "return !!document.querySelector('main form[action$=\"/publish\"] button:not([type=button])')",
            Vec::new(),
        );
        assert_eq!(publish, false, "{}", tab.text());
        tab.go(&format!("{round}/panel"));
        tab.run(
            "[...document.querySelectorAll('input[name=\"members[]\"]')].slice(0, 7).forEach(box => { if (!box.checked) box.click() });
            document.querySelector('input[name=chair]').click()",
            Vec::new(),
        );
        tab.submit_main();
        tab.go(&round);
        tab.shot("journey-draft");
        tab.submit(&format!("{round}/publish"));
        tab.badge("招标中");
        round
    }

    fn bid(&self, round: &str, bidder: &str, topic: usize) -> String {
        let tab = self.act_as(bidder);
        tab.go(round);
        tab.submit(&format!("{round}/bids"));
        tab.choose("topic_id", topic);
        for (name, value) in [
            ("title", format!("{bidder}的项目").as_str()),
            ("problem", "外破隐患发现晚、处置慢。"),
            ("targets[0][name]", "违章"),
            ("targets[0][target]", "3"),
            ("plan[0][work]", "逐线走访。"),
            ("track_record", "去年完成三项。"),
            ("capability", "党员十二名。"),
            ("budget[0][item]", "培训"),
            ("budget[0][amount]", "1200.50"),
        ] {
            tab.fill(name, value);
        }
        tab.choose("team[leader]", 0);
        tab.sees("已自动保存");
        tab.follow("保存并去提交");
        let bid = tab.place();
        let bid = bid.split(['?', '#']).next().unwrap_or_default().to_owned();
        if bidder == BIDDERS[0] {
            let file = std::path::PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("方案.txt");
            std::fs::write(&file, "附件内容").unwrap();
            tab.attach(&file);
            tab.submit("/attachments");
            tab.sees("方案.txt");
        }
        let tab = self.act_as(&format!("{bidder}.sj"));
        tab.go(&bid);
        tab.submit(&format!("{bid}/submit"));
        tab.sees("已提交并密封");
        tab.sees("回执");
        if bidder == BIDDERS[0] {
            tab.shot("journey-receipt");
        }
        tab.go(&bid);
        tab.badge("已提交（密封）");
        bid
    }

    fn open(&self, round: &str, bids: &[String]) {
        for stranger in ["office", "yingxiao", "supervisor", "sysadmin"] {
            let tab = self.act_as(stranger);
            tab.go(&bids[0]);
            assert!(
                !tab.text().contains("外破隐患"),
                "{stranger} reads a sealed bid"
            );
        }
        let tab = self.act_as("office");
        tab.go(&format!("{round}/opening"));
        tab.sees("截止时间过后");
        self.later("往后 1 天", 22);
        let tab = self.act_as("office");
        tab.go(&format!("{round}/opening"));
        tab.fill("openers[0][password]", PASSWORD);
        tab.fill("openers[1][password]", "不对的口令");
        tab.fill("attendance", "党建部、纪委");
        tab.submit_main();
        tab.sees("口令不正确");
        tab.fill("openers[0][password]", PASSWORD);
        tab.fill("openers[1][password]", PASSWORD);
        tab.shot("journey-opening");
        tab.submit_main();
        tab.sees("摘要核对一致 3 份");
        tab.go(round);
        tab.badge("已开标");
        tab.go(&bids[0]);
        tab.sees("外破隐患");
    }

    /// Which reviewers must not score which bids: those in whose topic their own organization competes.
    fn recused(&self) -> Vec<(usize, usize)> {
        let home = |who: &str| {
            let shown = self.app.api(who).get("/api/v1/me");
            shown.expect(200).json["organization_id"].as_i64().unwrap()
        };
        let mut found = Vec::new();
        for n in 1..=7 {
            let own = home(&format!("reviewer{n}"));
            for (nth, topic) in TOPICS.iter().enumerate() {
                let competes = BIDDERS
                    .iter()
                    .zip(TOPICS)
                    .any(|(bidder, at)| at == *topic && home(bidder) == own);
                if competes {
                    found.push((n, nth));
                }
            }
        }
        found
    }

    fn score(&self, round: &str, bids: &[String]) {
        let tab = self.act_as("office");
        tab.go(round);
        tab.submit(&format!("{round}/scoring"));
        let evaluation = tab.place();
        let mut recused = Vec::new();
        for n in 1..=7 {
            let tab = self.act_as(&format!("reviewer{n}"));
            tab.go(&evaluation);
            if tab.run(
                "return !!document.querySelector('form[action$=\"/undertaking\"]')",
                Vec::new(),
            ) == true
            {
                tab.submit("/undertaking");
            }
            for (nth, bid) in bids.iter().enumerate() {
                tab.go(&format!("{bid}/score"));
                let share = if nth == 0 { 0.9 } else { 0.8 };
                let marked = tab.run(
                    "const marks = [...document.querySelectorAll('main form[action$=\"/score\"] input[type=number][data-mark]')];
                    for (const mark of marks) {
                      mark.value = String(Math.floor(Number(mark.max) * arguments[0]));
                      mark.dispatchEvent(new Event('input', { bubbles: true }));
                    }
                    return marks.length",
                    vec![json!(share)],
                );
                if marked == 0 {
                    tab.sees("回避");
                    recused.push((n, nth));
                    continue;
                }
                if n == 1 && nth == 0 {
                    tab.shot("journey-score");
                }
                tab.submit("/score");
            }
        }
        assert_eq!(recused, self.recused());
        assert!(!recused.is_empty(), "nobody had to be recused");
        let tab = self.act_as("office");
        tab.go(round);
        tab.submit(&format!("{round}/lock"));
        tab.go(&format!("{round}/result"));
        // Nine tenths and eight tenths of full marks.
        tab.sees("89.00");
        tab.sees("80.00");
        tab.fits();
        tab.shot("journey-result");
        tab.go(round);
        tab.badge("评分已锁定");
    }

    fn decide(&self, round: &str) {
        let tab = self.act_as("secretary");
        tab.go(&format!("{round}/decision"));
        let today = tab.run(
            "const day = document.querySelector('.demo b').innerText.match(/(\\d+)年(\\d+)月(\\d+)日/);
            return day[1] + '-' + day[2].padStart(2, '0') + '-' + day[3].padStart(2, '0')",
            Vec::new(),
        );
        tab.fill("minute_number", "党委会纪要〔2026〕9号");
        tab.fill("minute_date", today.as_str().unwrap());
        tab.shot("journey-decision");
        tab.submit_main();
        tab.go(round);
        tab.badge("已决定");
        let tab = self.act_as("office");
        tab.go(round);
        tab.submit(&format!("{round}/publicity"));
        tab.go(round);
        tab.badge("公示中");
        self.later("往后 5 个工作日", 1);
        self.later("往后 1 天", 1);
        let tab = self.act_as("office");
        tab.go(round);
        // Nobody bid on the first topic: it is decided before the round can be concluded.
        tab.sees("流标");
        tab.fill("decision", "close");
        tab.fill("reason", "没有组织申报，今年不再安排。");
        tab.submit("/decision");
        tab.sees("终止");
        tab.go(round);
        tab.submit(&format!("{round}/conclude"));
        tab.go(round);
        tab.badge("已办结");
        tab.submit(&format!("{round}/contracts"));
    }
}

#[test]
fn from_a_new_round_to_a_demonstration_site_by_clicking() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start_with(|config| config.demo = true);
    let journey = Journey {
        app: &app,
        tab: Tab::new(&app),
    };
    let round = journey.make_round();
    // 1 March is a Sunday: bids are taken from Monday on.
    journey.later("往后 1 天", 1);
    let bids: Vec<String> = BIDDERS
        .iter()
        .enumerate()
        .map(|(nth, bidder)| journey.bid(&round, bidder, TOPICS[nth]))
        .collect();
    journey.open(&round, &bids);
    journey.score(&round, &bids);
    journey.decide(&round);
    let project = journey.sign();
    for step in ["initiation", "breakdown", "research_practice", "control"] {
        journey.step(&project, step);
    }
    journey.accept(&project);
    journey.step(&project, "promotion");
    journey.show(&project);
    journey.tab.finish();
}
