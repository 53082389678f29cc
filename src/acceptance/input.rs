//! What comes in.

use chrono::NaiveDate;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{Choice, CodeKind, QuestionKind};
use crate::ids::{QuestionId, UserId};
use crate::projects::Grade;
use crate::verbs::ceremony::{OpenerInput, Present};
use crate::web::Paper;

/// One question of the questionnaire.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionInput {
    pub kind: QuestionKind,
    /// Without it the question drops out.
    #[serde(default)]
    #[validate(length(max = 200))]
    #[schema(max_length = 200, example = "工作票填写比一年前更规范")]
    pub body: String,
    /// Two to ten for `single` and `multiple`; none for the others. A form has one a line.
    #[serde(default, deserialize_with = "lines")]
    #[validate(length(max = 10))]
    #[schema(max_items = 10)]
    pub options: Vec<String>,
}

/// How a project is to be accepted.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceInput {
    /// Who chairs, if not the first of the reviewers.
    #[serde(default)]
    pub chair: Option<UserId>,
    /// With the chair three or more, an odd number; nobody of the project's own organization.
    #[serde(default)]
    #[validate(length(max = 21))]
    #[schema(max_items = 21)]
    pub reviewers: Vec<UserId>,
    /// How many people may cast a ballot: five or more, or a ballot is no secret.
    #[validate(range(min = 5, max = 5000))]
    #[schema(minimum = 5, maximum = 5000, example = 18)]
    pub eligible_voters: i64,
    /// Ballots needed; half of those eligible unless told.
    #[serde(default)]
    #[validate(range(min = 1, max = 5000))]
    pub minimum_turnout: Option<i64>,
    /// Without questions there is no questionnaire, and its weight goes to the other instruments.
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub questions: Vec<QuestionInput>,
    /// Questionnaires needed; one unless told.
    #[serde(default)]
    #[validate(range(min = 1, max = 5000))]
    pub minimum_answers: Option<i64>,
}

impl AcceptanceInput {
    /// The chair first.
    pub fn panel(&self) -> Vec<UserId> {
        let others = self.reviewers.iter().copied();
        let others = others.filter(|user| Some(*user) != self.chair);
        self.chair.into_iter().chain(others).collect()
    }

    /// The questions that have a text.
    pub fn asked(&self) -> Vec<&QuestionInput> {
        let asked = self.questions.iter();
        asked.filter(|question| !question.body.is_empty()).collect()
    }
}

/// A list, or a text with one a line.
fn lines<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<String>, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Given {
        List(Vec<String>),
        Text(String),
    }
    Ok(match Given::deserialize(deserializer)? {
        Given::List(lines) => lines,
        Given::Text(text) => {
            let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
            lines.map(str::to_owned).collect()
        }
    })
}

/// How many codes, and what for.
#[derive(Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodesInput {
    pub kind: CodeKind,
    #[validate(range(min = 1, max = 500))]
    #[schema(minimum = 1, maximum = 500, example = 18)]
    pub count: i64,
    /// The supervisor at this screen; nobody to ask one who is elsewhere, or once they have agreed.
    #[serde(default)]
    #[validate(length(max = 9), nested)]
    #[schema(max_items = 9)]
    pub present: Vec<OpenerInput>,
    #[serde(skip)]
    pub keys: Present,
    /// Where the codes are laid down to be shown.
    #[serde(skip)]
    pub paper: Option<Paper>,
}

/// Codes the supervisor agrees to, as the office asked for them.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AgreeInput {
    pub kind: CodeKind,
    #[validate(range(min = 1, max = 500))]
    #[schema(minimum = 1, maximum = 500, example = 18)]
    pub count: i64,
}

/// How many may vote, as the supervisor counted them.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmInput {
    #[validate(range(min = 5, max = 5000))]
    #[schema(minimum = 5, maximum = 5000, example = 18)]
    pub counted_voters: i64,
}

/// Who opens the boxes at the closing: two of those who hold a share of their key, a supervisor among them.
#[derive(Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct CloseInput {
    /// Who left the password empty is not present.
    #[validate(length(max = 9), nested)]
    #[schema(max_items = 9)]
    pub openers: Vec<OpenerInput>,
    #[serde(skip)]
    pub keys: Present,
}

/// One answer; which field counts is the question's kind.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[schema(as = AcceptanceAnswerInput)]
#[serde(deny_unknown_fields)]
pub struct AnswerInput {
    pub question_id: Option<QuestionId>,
    /// `single`: which option, from 0.
    #[serde(default)]
    pub option: Option<i64>,
    /// `multiple`: which options, from 0.
    #[serde(default)]
    #[validate(length(max = 10))]
    #[schema(max_items = 10)]
    pub options: Vec<i64>,
    /// `likert`: 1 (很不同意) to 5 (非常同意).
    #[serde(default)]
    #[schema(minimum = 1, maximum = 5)]
    pub rating: Option<i64>,
    /// `text`.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000)]
    pub text: Option<String>,
}

/// A ballot (`choice`) or a questionnaire (`answers`), by the code's kind.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteInput {
    #[serde(default)]
    pub choice: Option<Choice>,
    #[serde(default)]
    #[validate(length(max = 20), nested)]
    #[schema(max_items = 20)]
    pub answers: Vec<AnswerInput>,
}

/// Numbers put right; what is left out stays, but the turnout follows the number of voters.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CorrectInput {
    #[serde(default)]
    #[validate(range(min = 5, max = 5000))]
    #[schema(minimum = 5, maximum = 5000, example = 18)]
    pub eligible_voters: Option<i64>,
    /// Half of those eligible, if their number changes and nothing is said here.
    #[serde(default)]
    #[validate(range(min = 1, max = 5000))]
    #[schema(minimum = 1, maximum = 5000)]
    pub minimum_turnout: Option<i64>,
    #[serde(default)]
    #[validate(range(min = 1, max = 5000))]
    #[schema(minimum = 1, maximum = 5000)]
    pub minimum_answers: Option<i64>,
    /// Published beside the result; a form has to give it.
    #[serde(default)]
    #[validate(length(max = 500))]
    #[schema(max_length = 500, example = "应到人数误填为 180。")]
    pub reason: String,
}

/// Which codes are voided, and why.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoidCodesInput {
    pub kind: CodeKind,
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "一沓票在路上遗失。")]
    pub reason: String,
}

/// Why an acceptance is abandoned.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AbandonInput {
    #[validate(length(min = 1, max = 500))]
    #[schema(min_length = 1, max_length = 500, example = "验收组成员因病不能到场。")]
    pub reason: String,
}

/// The committee secretary's decision.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DecideInput {
    /// Needed where the grade is lowered or the project fails.
    #[serde(default)]
    #[validate(length(max = 1000))]
    #[schema(max_length = 1000, example = "同意验收意见。")]
    pub note: Option<String>,
    /// `good` where the result says 优秀 but the round's share of 优秀 is used up; left out, the result's grade stands.
    #[serde(default)]
    pub grade: Option<Grade>,
    /// For 不合格: until when the project is to be put right; 30 days unless told.
    #[serde(default)]
    pub rectify_until: Option<NaiveDate>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::forms::{pairs, parse_pairs};

    #[test]
    fn a_form_says_the_same_as_a_body() {
        let form = "chair=3&reviewers[]=4&reviewers[]=3&eligible_voters=9\
            &questions[0][kind]=single&questions[0][body]=a&questions[0][options]=x%0Ay%0A%0A\
            &questions[1][kind]=likert&questions[1][body]=";
        let form: AcceptanceInput = parse_pairs(&pairs(form.as_bytes())).unwrap();
        let body: AcceptanceInput = serde_json::from_value(serde_json::json!({
            "reviewers": [3, 4], "eligible_voters": 9,
            "questions": [{ "kind": "single", "body": "a", "options": ["x", "y"] }],
        }))
        .unwrap();
        assert_eq!(form.panel(), body.panel());
        assert_eq!(form.asked().len(), 1);
        assert_eq!(form.asked()[0].options, body.asked()[0].options);
    }
}
