//! Whether enough of the appointed panel are left to judge each topic: one rule for the start, a recusal, a replacement,
//! the lock, the pages and the check.

use std::collections::BTreeMap;

use crate::db::Conn;
use crate::error::{Refusal, Result};
use crate::ids::{TopicId, UserId};
use crate::panel::scene::Scene;
use crate::rounds::{self, Topic};
use crate::seats::{self, PanelMember};
use crate::text::quoted;

/// Who leaves which topic, and why.
pub type Leaving = BTreeMap<(UserId, TopicId), String>;

/// Most topics named in one refusal.
const NAMED: usize = 3;

/// Who is left of the panel for one topic.
pub struct Left {
    pub topic: Topic,
    pub recused: Vec<(UserId, String)>,
    pub left: usize,
}

/// The panel before its topics.
pub struct Bench {
    /// Seats appointed, recused or not.
    pub seats: usize,
    /// How many must be left.
    pub needed: usize,
    pub topics: Vec<Left>,
}

impl Bench {
    /// Of these members and topics; failed topics are nobody's to judge.
    pub fn of(
        scene: &Scene,
        members: &[PanelMember],
        topics: Vec<Topic>,
        leaving: &Leaving,
    ) -> Self {
        let seats = members.len();
        let standing = topics.into_iter().filter(|topic| !topic.failed);
        let topics = standing.map(|topic| {
            let recused: Vec<(UserId, String)> = members
                .iter()
                .filter_map(|one| {
                    let why = leaving.get(&(one.user_id, topic.id))?;
                    Some((one.user_id, why.clone()))
                })
                .collect();
            Left {
                left: seats.saturating_sub(recused.len()),
                topic,
                recused,
            }
        });
        Self {
            seats,
            needed: scene.evaluation.quorum(seats),
            topics: topics.collect(),
        }
    }

    /// As recorded.
    pub fn load(c: &mut Conn, scene: &Scene) -> Result<Self> {
        let members = seats::panel(c, scene.evaluation.id)?;
        let leaving = recorded(c, scene)?;
        let topics = rounds::topics(c, scene.round.id)?;
        Ok(Self::of(scene, &members, topics, &leaving))
    }

    pub fn short(&self) -> impl Iterator<Item = &Left> {
        self.topics.iter().filter(|one| one.left < self.needed)
    }

    pub fn is_short(&self, topic: TopicId) -> bool {
        self.short().any(|one| one.topic.id == topic)
    }

    /// Topics that wait for substitutes, a sentence each, with who left them, and why where that may be read. Whose
    /// organization competes for what is not told to the panel of a blind round.
    pub fn sentences(&self, c: &mut Conn, scene: &Scene, reasons: bool) -> Result<Vec<String>> {
        let covered = scene.seat.is_some() && seats::is_blind(c, scene.round.id)?;
        let named = self.short().flat_map(|one| &one.recused);
        let people = seats::people_by_id(c, named.map(|(user, _)| *user).collect())?;
        let sentence = |one: &Left| {
            let title = quoted(&one.topic.title);
            if covered {
                return format!("标的{title}可评的委员不足法定人数。");
            }
            let who: Vec<String> = one
                .recused
                .iter()
                .map(|(user, why)| {
                    let name = seats::name_of(&people, *user);
                    match reasons {
                        true => format!("{name}（{}）", why.trim_end_matches('。')),
                        false => name,
                    }
                })
                .collect();
            format!(
                "标的{title}{}：{}。{} 名委员中须有 {} 名可评（{}/{}，不少于 3 名）。",
                match one.left {
                    0 => "的评审委员全部回避，无人可评".to_owned(),
                    left => format!("有 {} 名委员回避，只剩 {left} 名可评", one.recused.len()),
                },
                who.join("、"),
                self.seats,
                self.needed,
                scene.evaluation.quorum_numerator,
                scene.evaluation.quorum_denominator,
            )
        };
        Ok(self.short().map(sentence).collect())
    }

    /// Why nothing goes on before substitutes came in, if a topic waits for them: for those who may read why.
    pub fn refusal(
        &self,
        c: &mut Conn,
        scene: &Scene,
        code: &'static str,
    ) -> Result<Option<Refusal>> {
        let mut said = self.sentences(c, scene, true)?;
        if said.is_empty() {
            return Ok(None);
        }
        let more = said.len().saturating_sub(NAMED);
        said.truncate(NAMED);
        if more > 0 {
            said.push(format!("另有 {more} 个标的也是如此。"));
        }
        Ok(Some(
            Refusal::new(code, said.concat()).remedy(substitutes_first(scene)),
        ))
    }
}

/// Who can put it right, and where.
pub fn substitutes_first(scene: &Scene) -> String {
    format!(
        "须先由党建部在评审委员会页面（/rounds/{}/panel）让没有利害关系的候补委员接替回避的委员。",
        scene.round.id
    )
}

/// Recusals that stand.
pub fn recorded(c: &mut Conn, scene: &Scene) -> Result<Leaving> {
    Ok(seats::recusals(c, scene.evaluation.id)?
        .into_iter()
        .map(|one| ((one.user_id, one.topic_id), one.reason))
        .collect())
}
