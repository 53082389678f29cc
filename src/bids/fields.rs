//! A bid's fields as text, for comparing two of its versions: pure, given the names.

use std::collections::HashMap;

use super::content::{BidContent, StepKind};
use crate::db::Conn;
use crate::error::Result;
use crate::ids::{RoundId, TopicId, UserId};
use crate::people;
use crate::rounds;

/// What the ids in contents are called.
#[derive(Debug, Default)]
pub struct Names {
    topics: HashMap<TopicId, String>,
    people: HashMap<UserId, String>,
}

impl Names {
    /// All that these contents mention, in two queries.
    pub fn of<'a>(
        c: &mut Conn,
        round: RoundId,
        contents: impl IntoIterator<Item = &'a BidContent>,
    ) -> Result<Self> {
        let mut people: Vec<UserId> = contents
            .into_iter()
            .flat_map(|content| {
                let team = &content.team;
                team.leader.iter().chain(&team.members).copied()
            })
            .collect();
        people.sort_unstable();
        people.dedup();
        Ok(Self {
            topics: rounds::topics(c, round)?
                .into_iter()
                .map(|topic| (topic.id, topic.title))
                .collect(),
            people: people::user_names(c, &people)?,
        })
    }

    fn person(&self, id: UserId) -> String {
        self.people.get(&id).cloned().unwrap_or_default()
    }
}

/// A field and what it says.
#[derive(Debug, PartialEq, Eq)]
pub struct Field {
    pub label: String,
    pub text: String,
}

fn dates(from: Option<chrono::NaiveDate>, to: Option<chrono::NaiveDate>) -> String {
    let day = |day: Option<chrono::NaiveDate>| day.map(crate::clock::show_date).unwrap_or_default();
    match (from, to) {
        (None, None) => String::new(),
        (from, to) => format!("{}至{}\n", day(from), day(to)),
    }
}

/// Every field in the form's order, the empty ones too: two lists of fields can be held side by side.
pub fn of(content: &BidContent, names: &Names) -> Vec<Field> {
    let mut fields: Vec<Field> = Vec::new();
    let mut say = |label: &str, text: String| {
        fields.push(Field {
            label: label.to_owned(),
            text,
        });
    };
    let topic = content.topic_id.and_then(|id| names.topics.get(&id));
    say("标的", topic.cloned().unwrap_or_default());
    say("项目名称", content.title.clone());
    say("破什么难题", content.problem.clone());
    let targets: Vec<String> = content
        .targets
        .iter()
        .filter(|one| **one != super::content::Target::default())
        .map(|one| {
            format!(
                "{}：{} → {} {}",
                one.name, one.baseline, one.target, one.unit
            )
        })
        .collect();
    say("目标", targets.join("\n"));
    for kind in StepKind::ALL {
        let steps: Vec<String> = content
            .plan
            .iter()
            .filter(|step| step.step == *kind)
            .map(|step| format!("{}{}", dates(step.starts_on, step.ends_on), step.work))
            .collect();
        say(&format!("六步计划·{}", kind.label()), steps.join("\n"));
    }
    let leader = content.team.leader.map(|id| names.person(id));
    say("负责人", leader.unwrap_or_default());
    let members: Vec<String> = content
        .team
        .members
        .iter()
        .map(|id| names.person(*id))
        .collect();
    say("成员", members.join("、"));
    say("工作业绩", content.track_record.clone());
    say("信誉", content.credit.clone());
    say("实施能力", content.capability.clone());
    let budget: Vec<String> = content
        .budget
        .iter()
        .filter(|line| !line.item.is_empty() || line.amount != 0)
        .map(|line| {
            let amount = crate::money::show_yuan(line.amount);
            format!("{} {amount} 元", line.item)
        })
        .collect();
    say("经费", budget.join("\n"));
    say("理论成果", content.outcomes.theoretical.clone());
    say("制度成果", content.outcomes.institutional.clone());
    say("品牌成果", content.outcomes.brand.clone());
    fields
}

/// Labels of the fields whose text differs.
pub fn differing(old: &[Field], new: &[Field]) -> Vec<String> {
    old.iter()
        .zip(new)
        .filter(|(old, new)| old.text != new.text)
        .map(|(_, new)| new.label.clone())
        .collect()
}
