//! What comes in.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use validator::Validate;

use super::{Choice, CodeKind, QuestionKind};
use crate::ids::{QuestionId, UserId};
use crate::projects::Grade;

/// One question of the questionnaire.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct QuestionInput {
    pub kind: QuestionKind,
    #[validate(length(min = 1, max = 200))]
    #[schema(min_length = 1, max_length = 200, example = "工作票填写比一年前更规范")]
    pub body: String,
    /// Two to ten for `single` and `multiple`; none for the others.
    #[serde(default)]
    #[validate(length(max = 10))]
    #[schema(max_items = 10)]
    pub options: Vec<String>,
}

/// How a project is to be accepted.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcceptanceInput {
    /// Three or more, an odd number, the chair first; nobody of the project's own organization.
    #[validate(length(min = 1, max = 21))]
    #[schema(min_items = 1, max_items = 21)]
    pub reviewers: Vec<UserId>,
    /// How many people may cast a ballot.
    #[validate(range(min = 1, max = 5000))]
    #[schema(minimum = 1, maximum = 5000, example = 18)]
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

/// How many codes, and what for.
#[derive(Debug, Clone, Serialize, Deserialize, Validate, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodesInput {
    pub kind: CodeKind,
    #[validate(range(min = 1, max = 500))]
    #[schema(minimum = 1, maximum = 500, example = 18)]
    pub count: i64,
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
