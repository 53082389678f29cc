//! Journeys in a real browser: what people click, at desktop and phone width, with no script error and no foreign host.
//! They run when `BIAOGAN_BROWSER=1`, which `tests/run` sets.

mod autosave;
mod journey;
mod proof;
mod scoring;
mod tab;

use tab::Tab;

use crate::support::TestApp;

const PASSWORD: &str = "Correct#Horse1";

#[test]
fn the_portal_needs_no_login() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start();
    let round = app.round().published();
    let tab = Tab::new(&app);
    for (path, name) in [
        ("/", "portal"),
        ("/cases", "cases"),
        ("/sites", "sites"),
        ("/announcements", "announcements"),
        ("/search?q=%E9%A1%B9%E7%9B%AE", "search"),
        ("/help", "help"),
        ("/login", "login"),
        ("/no/such/page", "not-found"),
    ] {
        tab.go(path);
        tab.shot(name);
    }
    tab.go(&format!("/guides/{}", round.id));
    tab.sees("2026年第一批党建创新项目招标");
    tab.shot("guide");
    tab.finish();
}

#[test]
fn everybody_has_a_home() {
    if !tab::wanted() {
        return;
    }
    let app = TestApp::start();
    let round = app.round().published();
    round.with_bids(3);
    let tab = Tab::new(&app);
    for username in [
        "office",
        "secretary",
        "supervisor",
        "reviewer1",
        "yunwei",
        "yunwei.sj",
        "sysadmin",
        "secadmin",
        "auditadmin",
    ] {
        tab.login(username, PASSWORD);
        tab.shot(&format!("home-{username}"));
        let links = tab.run(
            "return [...document.querySelectorAll('header nav.nav a')].map(a => a.getAttribute('href'))",
            Vec::new(),
        );
        for link in links.as_array().unwrap() {
            let link = link.as_str().unwrap();
            tab.go(link);
            let title = tab.run(
                "return document.querySelector('h1') ? document.querySelector('h1').innerText : ''",
                Vec::new(),
            );
            assert!(
                !title.as_str().unwrap().is_empty(),
                "{username} at {link}: no heading"
            );
            let status = tab.run(
                "return performance.getEntriesByType('navigation')[0].responseStatus",
                Vec::new(),
            );
            assert_eq!(status, 200, "{username} at {link}: {}", tab.text());
            if username == "office" || username == "sysadmin" || username == "auditadmin" {
                let name = link.trim_matches('/').replace('/', "-");
                tab.shot(&format!("{username}-{name}"));
            }
        }
        tab.press("退出");
        tab.sees("您已退出");
    }
    tab.finish();
}
