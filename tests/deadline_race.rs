//! Fifty clients submit around the exact instant of the deadline, on a clock that runs: each is either receipted and
//! opened, or refused; never both, never neither.

use std::sync::Barrier;
use std::time::Duration;

use serde_json::json;

use crate::support::rounds::{BRANCHES, open_round};
use crate::support::{TestApp, TestDatabase, instant};

const CLIENTS: usize = 50;
/// Milliseconds around the deadline within which the clients submit.
const WINDOW: i64 = 400;
const DEADLINE: &str = "2026-03-20T17:00+08:00";

#[test]
fn around_the_deadline_a_bid_is_receipted_and_opened_or_refused() {
    let app = TestApp::start_running(TestDatabase::with_company(), "2026-03-01T09:00+08:00");
    let round = app.round().published();
    let bids: Vec<(i64, String)> = (0..CLIENTS)
        .map(|nth| {
            let branch = BRANCHES[nth % BRANCHES.len()];
            (round.draft_bid(branch, 0), format!("{branch}.sj"))
        })
        .collect();
    let clients: Vec<_> = bids
        .iter()
        .map(|(_, secretary)| app.api(secretary))
        .collect();
    // Logged in before the clock jumps to shortly before the deadline.
    let barrier = Barrier::new(CLIENTS + 1);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = bids
            .iter()
            .zip(&clients)
            .enumerate()
            .map(|(nth, ((bid, _), client))| {
                let barrier = &barrier;
                scope.spawn(move || {
                    barrier.wait();
                    let wait = WINDOW * 2 * nth as i64 / CLIENTS as i64;
                    std::thread::sleep(Duration::from_millis(wait.unsigned_abs()));
                    client.post(&format!("/api/v1/bids/{bid}/submit"), json!({}))
                })
            })
            .collect();
        let before = instant(DEADLINE) - chrono::Duration::milliseconds(WINDOW);
        app.app.clock().set(before);
        barrier.wait();
        running.into_iter().map(|one| one.join().unwrap()).collect()
    });
    let (mut taken, mut refused) = (Vec::new(), Vec::new());
    for ((bid, _), answer) in bids.iter().zip(answers) {
        match answer.status {
            200 => {
                assert!(answer.json["receipt"].is_string(), "{}", answer.text);
                let at = answer.json["submitted_at"].as_str().unwrap().to_owned();
                assert!(
                    instant(&at) <= instant(DEADLINE),
                    "bid {bid} was taken at {at}"
                );
                taken.push((*bid, answer.json["digest"].clone()));
            }
            _ => {
                answer.refused(409, "deadline_passed");
                refused.push(*bid);
            }
        }
    }
    assert_eq!(taken.len() + refused.len(), CLIENTS);
    assert!(
        taken.len() > 2 && refused.len() > 2,
        "{} taken, {} refused: no race",
        taken.len(),
        refused.len()
    );

    open_round(&app, &round.id.to_string());
    let office = app.api("office");
    let shown = office.get(&round.path("")).expect(200);
    assert_eq!(shown.json["bid_count"], taken.len());
    for (bid, digest) in &taken {
        let opened = office.get(&format!("/api/v1/bids/{bid}")).expect(200);
        assert_eq!(opened.json["state"], "opened");
        assert_eq!(&opened.json["digest"], digest);
    }
    for bid in &refused {
        office.get(&format!("/api/v1/bids/{bid}")).expect(404);
    }
    // Every refusal is in the minute, as a late attempt.
    let minute = app.client().get("/api/v1/public/announcements").expect(200);
    let late = minute.text.matches("逾期提交").count();
    assert!(
        late >= refused.len(),
        "{late} late attempts in the minute, {} refused",
        refused.len()
    );
}
