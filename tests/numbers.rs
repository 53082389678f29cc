//! Every number of a ranking opens to what it came from: mean → marks → sheets → comments.

use std::collections::BTreeMap;

use serde_json::json;

use crate::evaluation::{FAIR, GOOD, Scored, scoring};
use crate::support::TestApp;

/// Below the threshold, yet without a comment due.
const POOR: [f64; 4] = [28.0, 13.0, 10.0, 19.0];
const COMMENT: &str = "目标写得实，路径讲得清楚。";

/// The section with this id.
fn section<'a>(page: &'a str, id: &str) -> &'a str {
    let begin = format!("<section id=\"{id}\">");
    let from = page
        .find(&begin)
        .unwrap_or_else(|| panic!("no section {id}:\n{page}"));
    page[from..].split("</section>").next().unwrap()
}

/// `(where to, text)` of each link to a working of this round.
fn links(page: &str, round: i64) -> Vec<(String, String)> {
    let begin = format!("<a href=\"/rounds/{round}/result/");
    page.split(&begin)
        .skip(1)
        .map(|rest| {
            let (to, rest) = rest.split_once("\">").unwrap();
            let (text, _) = rest.split_once("</a>").unwrap();
            (format!("/rounds/{round}/result/{to}"), text.to_owned())
        })
        .collect()
}

fn hundredths(text: &str) -> i64 {
    text.replace('.', "").parse().unwrap()
}

/// What a section's counted figures have as their mean, as it is shown.
fn mean(section: &str) -> String {
    let kept: Vec<i64> = section
        .split("data-kept=\"")
        .skip(1)
        .map(|rest| hundredths(rest.split('"').next().unwrap()))
        .collect();
    assert!(!kept.is_empty(), "{section}");
    let count = kept.len() as i64;
    let rounded = (2 * kept.iter().sum::<i64>() + count) / (2 * count);
    format!("{}.{:02}", rounded / 100, rounded % 100)
}

fn locked<'a>(app: &'a TestApp) -> Scored<'a> {
    let scored = scoring(app);
    for (bid, marks) in [GOOD, FAIR, POOR, GOOD, FAIR].into_iter().enumerate() {
        for reviewer in 1..=5u32 {
            if reviewer != 4 || bid > 2 {
                let away = f64::from(reviewer) / 2.0;
                let marks = [marks[0] - away, marks[1], marks[2] - 0.5, marks[3] - away];
                scored.submit(reviewer, bid, marks);
            }
        }
    }
    // One mark with a comment.
    let client = app.api("reviewer2");
    let sheet = format!("/api/v1/bids/{}/score_sheet", scored.bids[0]);
    let version = client.get(&sheet).expect(200).version();
    let mut marks = scored.marks(2, 0, GOOD);
    marks[0]["comment"] = json!(COMMENT);
    client
        .put(&sheet, version, json!({ "marks": marks, "submit": true }))
        .expect(200);
    scored.office("/lock").expect(200);
    scored
}

#[test]
fn every_number_opens_to_the_marks_it_is_the_mean_of() {
    let app = TestApp::start();
    let scored = locked(&app);
    let ranking = format!("/rounds/{}/result", scored.round.id);
    for who in [
        "office",
        "secretary",
        "supervisor",
        "reviewer1",
        "reviewer3",
    ] {
        let browser = app.browser(who);
        let page = browser.get(&ranking).expect(200).text;
        let mut followed = 0;
        let mut pages: BTreeMap<String, String> = BTreeMap::new();
        for (to, text) in links(&page, scored.round.id) {
            let (path, anchor) = to.split_once('#').unwrap();
            let working = pages
                .entry(path.to_owned())
                .or_insert_with(|| browser.get(path).expect(200).text);
            let section = section(working, anchor);
            if anchor.starts_with("s-") {
                assert!(text.starts_with("评委"), "{text}");
                continue;
            }
            assert_eq!(mean(section), text, "{who}: {to}");
            followed += 1;
        }
        // Five bids, a score and four means each.
        assert_eq!(followed, 25, "{who}");
        // On from each mark to its sheet, and from there to the criteria.
        for working in pages.values() {
            for rest in working.split("href=\"#").skip(1) {
                let anchor = rest.split('"').next().unwrap();
                if anchor != "main" {
                    section(working, anchor);
                }
            }
        }
        let first = &pages[&format!("{ranking}/{}", scored.bids[0])];
        assert_eq!(first.matches(COMMENT).count(), 2, "{who}: mark and sheet");
        // Trimmed sheets are shown, and do not count.
        let fourth = &pages[&format!("{ranking}/{}", scored.bids[3])];
        assert_eq!(section(fourth, "total").matches("data-kept").count(), 3);
        assert_eq!(section(fourth, "total").matches("不计入").count(), 2);
    }
    app.browser("secretary")
        .get(&format!("/rounds/{}/decision", scored.round.id))
        .expect(200)
        .contains(&format!("{ranking}/{}#total", scored.bids[0]));
}

#[test]
fn a_bidder_opens_the_own_numbers_and_the_public_sees_means() {
    let app = TestApp::start();
    let scored = locked(&app);
    let ranking = format!("/rounds/{}/result", scored.round.id);
    let own = format!("{ranking}/{}", scored.bids[0]);
    app.browser("yunwei").get(&own).expect(403);
    scored
        .decide(["winner", "reserve", "rejected", "winner", "winner"], None)
        .expect(200);
    app.set_clock("2026-03-30T09:00+08:00");
    scored.office("/publicity").expect(200);
    let bidder = app.browser("yunwei");
    let page = bidder.get(&ranking).expect(200).text;
    let to_means: Vec<_> = links(&page, scored.round.id)
        .into_iter()
        .filter(|(to, _)| !to.contains("#s-"))
        .collect();
    assert_eq!(to_means.len(), 5, "{to_means:?}");
    let working = bidder.get(&own).expect(200).contains(COMMENT).text;
    for (to, text) in to_means {
        let (path, anchor) = to.split_once('#').unwrap();
        assert_eq!(path, own);
        assert_eq!(mean(section(&working, anchor)), text);
    }
    // Of the others the means, no mark, no comment.
    app.browser("renhou")
        .get(&own)
        .expect(200)
        .contains("只供评审委员会")
        .lacks("data-kept")
        .lacks(COMMENT)
        .lacks("评委2");
    let shown = app
        .api("renhou")
        .get(&scored.round.path("/result"))
        .expect(200);
    let first = &shown.json["topics"][0]["rows"][0];
    assert_eq!(first["opens"], false);
    let means: Vec<&str> = first["criteria"]
        .as_array()
        .unwrap()
        .iter()
        .map(|mean| mean["shown"].as_str().unwrap())
        .collect();
    // The same means for everybody without login.
    let news = app.client().get("/api/v1/public/announcements").expect(200);
    let notice = news.items().iter().find(|item| item["kind"] == "publicity");
    let row = &notice.unwrap()["body"]["tables"][0]["rows"][0];
    for (place, mean) in means.iter().enumerate() {
        assert_eq!(row[3 + place], *mean);
    }
    let page = format!("/announcements/{}", notice.unwrap()["id"]);
    app.visitor().get(&page).expect(200).contains(means[0]);
}
