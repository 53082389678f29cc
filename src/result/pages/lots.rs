//! Lots between bids that share a rank, as a page: who is where, what to do next, and how to check it.

use std::collections::HashMap;

use serde_json::{Value, json};

use crate::error::Result;
use crate::ids::{RoundId, TieLotsId, TopicId, UserId};
use crate::result::actions::lots::LotsRead;
use crate::result::actions::tie;
use crate::result::scene::{DrawScene, Judged};
use crate::result::verbs::OF_DRAW;
use crate::result::view::{LotPartShown, LotsDrawShown, LotsShown, LotsState};
use crate::rounds;
use crate::verbs::{self, May, Scene};
use crate::web::{Ask, Page};
use crate::who::Role;

/// Who is looking.
struct Viewer {
    user: Option<UserId>,
    supervises: bool,
}

/// A refused word or reason again.
pub fn of_draw(ask: &mut Ask, id: TieLotsId) -> Result<Page> {
    let round = DrawScene::load(ask.c, ask.actor, &id)?.judged.round.id;
    lots(ask, round)
}

/// `GET /rounds/{id}/lots`
pub fn lots(ask: &mut Ask, id: RoundId) -> Result<Page> {
    // A word is never written back into a page.
    ask.again.values.remove("word");
    let (read, shown) = LotsShown::read(ask.c, ask.actor, id)?;
    let viewer = Viewer {
        user: ask.actor.user_id(),
        supervises: ask.actor.holds(Role::Supervisor, &read.scene.path),
    };
    let round_title = read.scene.round.title.clone();
    let refusal = tie::may_order(&read.scene).err();
    let may = offered(ask, read)?;
    let titles: HashMap<TopicId, String> = rounds::topics(ask.c, id)?
        .into_iter()
        .map(|topic| (topic.id, topic.title))
        .collect();
    // One group after the other: a page has one form for a word.
    let mut acting = true;
    let mut groups: Vec<Value> = Vec::new();
    for group in &shown.tied {
        let mut draws = shown.draws.iter();
        let draw = draws.find(|draw| Some(draw.id) == group.lots_id);
        let chairs = viewer.user.is_some() && viewer.user == group.presiding_id;
        let commits = may_commit(&viewer, chairs, draw);
        let offered = |verb: &str| {
            let may = draw.and_then(|draw| may.get(&draw.id)?.get(verb));
            may.is_some_and(Option::is_none)
        };
        let reveals = offered("reveal");
        groups.push(json!({
            "topic": titles.get(&group.topic_id), "bids": group.bids,
            "presiding": group.presiding, "draw": draw,
            "may_commit": commits.filter(|_| acting), "may_reveal": reveals && acting,
            "asks_salt": draw.is_some_and(|draw| asks_salt(&viewer, draw)),
            "may_void": offered("void"), "waits_for": waits_for(draw),
        }));
        acting = acting && commits.is_none() && !reveals;
    }
    let over = |draw: &&LotsDrawShown| matches!(draw.state, LotsState::Drawn | LotsState::Void);
    let over: Vec<Value> = shown
        .draws
        .iter()
        .rev()
        .filter(over)
        .map(|draw| {
            json!({
                "draw": draw, "label": draw.state.label(),
                "topic": titles.get(&draw.topic_id), "bids_text": bids_text(draw),
            })
        })
        .collect();
    Ok(Page::new("evaluation/lots.html")
        .with("round_id", &id)
        .with("round_title", &round_title)
        .with("groups", &groups)
        .with("over", &over)
        .with("refusal", &refusal))
}

/// What this person may do with each draw under way.
fn offered(ask: &mut Ask, read: LotsRead) -> Result<HashMap<TieLotsId, May>> {
    let mut judged = Judged(read.scene);
    let mut may = HashMap::new();
    for drawing in read.drawings {
        if drawing.lots.is_pending() {
            let on = DrawScene { judged, drawing };
            let offers = verbs::may(ask.c, &on, ask.actor, ask.now, OF_DRAW)?;
            may.insert(on.drawing.lots.id, offers);
            judged = on.judged;
        }
    }
    Ok(may)
}

/// As they go into the seed.
fn bids_text(draw: &LotsDrawShown) -> String {
    let mut bids: Vec<i64> = draw.bids.iter().map(|bid| bid.bid_id.0).collect();
    bids.sort_unstable();
    let bids: Vec<String> = bids.iter().map(i64::to_string).collect();
    bids.join(",")
}

fn parts(draw: &LotsDrawShown) -> [&Option<LotPartShown>; 2] {
    [&draw.chair, &draw.supervisor]
}

fn own<'a>(viewer: &Viewer, draw: &'a LotsDrawShown) -> Option<&'a LotPartShown> {
    parts(draw)
        .into_iter()
        .flatten()
        .find(|part| Some(part.user_id) == viewer.user)
}

/// As whom this person may still commit, in words.
fn may_commit(viewer: &Viewer, chairs: bool, draw: Option<&LotsDrawShown>) -> Option<&'static str> {
    if draw.is_some_and(|draw| own(viewer, draw).is_some()) {
        return None;
    }
    let open = |part: fn(&LotsDrawShown) -> bool| draw.is_none_or(part);
    if chairs && open(|draw| draw.chair.is_none()) {
        Some("评审委员会")
    } else if !chairs && viewer.supervises && open(|draw| draw.supervisor.is_none()) {
        Some("督导员")
    } else {
        None
    }
}

/// Whether the commitment came from a device of one's own.
fn asks_salt(viewer: &Viewer, draw: &LotsDrawShown) -> bool {
    own(viewer, draw).is_some_and(|part| !part.keeps_salt)
}

/// Whose turn it is.
fn waits_for(draw: Option<&LotsDrawShown>) -> String {
    let Some(draw) = draw else {
        return "还没有人承诺。".to_owned();
    };
    let missing = |what: &str, done: fn(&LotPartShown) -> bool| {
        let lacking: Vec<&str> = parts(draw)
            .into_iter()
            .zip(["评审委员会一方", "督导员一方"])
            .filter(|(part, _)| !part.as_ref().is_some_and(done))
            .map(|(_, name)| name)
            .collect();
        format!("等{}{what}。", lacking.join("和"))
    };
    match draw.state {
        LotsState::Committing => missing("承诺", |_| true),
        LotsState::Revealing => missing("揭示", |part| part.revealed),
        LotsState::Drawn | LotsState::Void => String::new(),
    }
}
