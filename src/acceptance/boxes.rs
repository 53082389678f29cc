//! What lies in a ballot box: tallies, sorted texts and sorted receipts; never a vote by itself, an order or a time.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::input::VoteInput;
use super::store::Question;
use super::{Choice, QuestionKind};
use crate::error::{FieldErrors, Result, sound};
use crate::ids::QuestionId;

/// Ballots: how many for each choice.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ballots(pub BTreeMap<Choice, i64>);

impl Ballots {
    pub fn read(content: &str) -> Result<Self> {
        Ok(serde_json::from_str(content)?)
    }

    pub fn add(&mut self, choice: Choice) {
        *self.0.entry(choice).or_default() += 1;
    }

    /// All four choices, also those nobody made.
    pub fn tallies(&self) -> Vec<(Choice, i64)> {
        Choice::ALL
            .iter()
            .map(|choice| (*choice, self.0.get(choice).copied().unwrap_or(0)))
            .collect()
    }
}

/// Answers to one question.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answers {
    /// How often each option (or each rating from 1 to 5) was chosen.
    pub counts: Vec<i64>,
    /// Sorted.
    pub texts: Vec<String>,
}

/// Questionnaires: per question, so that no person's answers hang together.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Questionnaires(pub BTreeMap<i64, Answers>);

/// One checked answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Places in the question's counts.
    Chosen(Vec<usize>),
    Written(String),
}

impl Questionnaires {
    pub fn read(content: &str) -> Result<Self> {
        Ok(serde_json::from_str(content)?)
    }

    pub fn of(&self, question: QuestionId) -> Answers {
        self.0.get(&question.0).cloned().unwrap_or_default()
    }

    pub fn add(&mut self, answers: &[(QuestionId, Answer)]) {
        for (question, answer) in answers {
            let kept = self.0.entry(question.0).or_default();
            match answer {
                Answer::Written(text) => {
                    kept.texts.push(text.clone());
                    kept.texts.sort();
                }
                Answer::Chosen(places) => {
                    for place in places {
                        if kept.counts.len() <= *place {
                            kept.counts.resize(place + 1, 0);
                        }
                        if let Some(count) = kept.counts.get_mut(*place) {
                            *count += 1;
                        }
                    }
                }
            }
        }
    }

    /// Counts of a Likert question, 1 to 5.
    pub fn ratings(&self, question: QuestionId) -> [i64; 5] {
        let counts = self.of(question).counts;
        std::array::from_fn(|place| counts.get(place).copied().unwrap_or(0))
    }
}

/// One vote, as it is sealed to the box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Vote {
    Ballot(Choice),
    Questionnaire(Vec<(QuestionId, Answer)>),
}

impl Vote {
    /// All ballots are of one length; questionnaires of whole KiB.
    pub fn padded(&self) -> Result<Vec<u8>> {
        let block = match self {
            Self::Ballot(_) => 64,
            Self::Questionnaire(_) => 1024,
        };
        let mut bytes = serde_json::to_vec(self)?;
        bytes.resize(bytes.len().next_multiple_of(block), b' ');
        Ok(bytes)
    }

    pub fn read(padded: &[u8]) -> Result<Self> {
        Ok(serde_json::from_slice(padded)?)
    }
}

/// The answers to all questions, or what is wrong with them by field. Only a text may be left out.
pub fn check(questions: &[Question], input: &VoteInput) -> Result<Vec<(QuestionId, Answer)>> {
    let mut errors = FieldErrors::new();
    let mut checked = Vec::new();
    for (place, answer) in input.answers.iter().enumerate() {
        let known = questions
            .iter()
            .any(|question| Some(question.id) == answer.question_id);
        let twice = input
            .answers
            .iter()
            .take(place)
            .any(|earlier| earlier.question_id == answer.question_id);
        if !known || twice {
            errors
                .entry(format!("answers[{place}][question_id]"))
                .or_default()
                .push(
                    if known {
                        "同一题答了两次。"
                    } else {
                        "没有这道题。"
                    }
                    .to_owned(),
                );
        }
    }
    for (nth, question) in questions.iter().enumerate() {
        let place = input
            .answers
            .iter()
            .position(|answer| answer.question_id == Some(question.id));
        let given = place.and_then(|place| input.answers.get(place));
        let options = i64::try_from(question.options()?.len()).unwrap_or(0);
        let within = |value: i64, from: i64, to: i64| {
            (from..=to)
                .contains(&value)
                .then(|| usize::try_from(value - from).ok())
                .flatten()
        };
        let field = |name: &str| format!("answers[{}][{name}]", place.unwrap_or(nth));
        let found = match question.kind {
            QuestionKind::Single => given
                .and_then(|answer| answer.option)
                .and_then(|value| within(value, 0, options - 1))
                .map(|place| Answer::Chosen(vec![place]))
                .ok_or(("option", "请选一项。")),
            QuestionKind::Likert => given
                .and_then(|answer| answer.rating)
                .and_then(|value| within(value, 1, 5))
                .map(|place| Answer::Chosen(vec![place]))
                .ok_or(("rating", "请选一项。")),
            QuestionKind::Multiple => {
                let mut places: Vec<Option<usize>> = given
                    .map(|answer| answer.options.as_slice())
                    .unwrap_or_default()
                    .iter()
                    .map(|value| within(*value, 0, options - 1))
                    .collect();
                places.sort_unstable();
                places.dedup();
                let places: Option<Vec<usize>> = places.into_iter().collect();
                places
                    .filter(|places| !places.is_empty())
                    .map(Answer::Chosen)
                    .ok_or(("options", "请至少选一项。"))
            }
            QuestionKind::Text => {
                let text = given
                    .and_then(|answer| answer.text.as_deref())
                    .map(str::trim)
                    .unwrap_or_default();
                if text.is_empty() {
                    continue;
                }
                Ok(Answer::Written(text.to_owned()))
            }
        };
        match found {
            Ok(answer) => checked.push((question.id, answer)),
            Err((name, words)) => errors
                .entry(field(name))
                .or_default()
                .push(words.to_owned()),
        }
    }
    sound(errors).map(|()| checked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_box_keeps_no_order() {
        let vote = |choices: &[Choice]| {
            let mut ballots = Ballots::default();
            choices.iter().for_each(|choice| ballots.add(*choice));
            serde_json::to_string(&ballots).unwrap()
        };
        assert_eq!(
            vote(&[Choice::Poor, Choice::Excellent]),
            vote(&[Choice::Excellent, Choice::Poor])
        );
        let id = QuestionId(7);
        let write = |texts: &[&str]| {
            let mut all = Questionnaires::default();
            for text in texts {
                all.add(&[(id, Answer::Written((*text).to_owned()))]);
            }
            serde_json::to_string(&all).unwrap()
        };
        assert_eq!(write(&["乙", "甲"]), write(&["甲", "乙"]));
    }

    #[test]
    fn a_sealed_vote_tells_nothing_by_its_length() {
        let lengths: Vec<usize> = Choice::ALL
            .iter()
            .map(|choice| {
                let vote = Vote::Ballot(*choice);
                let padded = vote.padded().unwrap();
                assert_eq!(Vote::read(&padded).unwrap(), vote);
                padded.len()
            })
            .collect();
        assert_eq!(lengths, [64; 4]);
        let written = |text: &str| {
            let answers = vec![(QuestionId(7), Answer::Written(text.to_owned()))];
            Vote::Questionnaire(answers).padded().unwrap().len()
        };
        assert_eq!(written("好"), written(&"好".repeat(200)));
    }
}
