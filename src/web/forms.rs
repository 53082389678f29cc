//! What a form sends: typed like a JSON body, with every typed word kept for showing it again.

use std::borrow::Cow;
use std::collections::BTreeMap;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};
use chrono::NaiveDateTime;
use futures_util::future::LocalBoxFuture;
use serde::Serialize;
use serde::de::DeserializeOwned;
use validator::Validate;

use super::credentials::read_credentials;
use super::{App, call, errors};
use crate::clock;
use crate::error::{Error, FieldErrors, Refusal, Result};
use crate::session::Who;
use crate::{money, text};

/// Field name to what was typed. A checked box of a group is also there as `name=value`.
pub type Values = BTreeMap<String, String>;

/// A submitted form. `input` is what it means, or what is wrong with it; `values` is what was typed.
pub struct Form<T> {
    pub who: Who,
    pub values: Values,
    pub input: Result<T, FieldErrors>,
}

impl<T: Clone> Form<T> {
    pub fn input(&self) -> Result<T> {
        self.input.clone().map_err(Error::Invalid)
    }
}

impl<T: DeserializeOwned + Validate + 'static> FromRequest for Form<T> {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let kept = Kept::from_request(req, payload);
        Box::pin(async move {
            let kept = kept.await?.fresh()?;
            kept.form_without(&[])
        })
    }
}

/// A form whose words outlive its session: where a plain [`Form`] is refused because its token is another session's,
/// this one says so and keeps what was typed.
pub struct Kept {
    pub who: Who,
    /// The token is not this session's: nothing may be done with the form but show it again.
    pub stale: bool,
    /// What was typed, without the token.
    pub pairs: Vec<(String, String)>,
}

impl Kept {
    /// What was kept, sent again by somebody whose session holds.
    pub fn again(who: Who, body: &str) -> Self {
        Self {
            who,
            stale: false,
            pairs: pairs(body.as_bytes()),
        }
    }

    /// Refused where its token is not this session's.
    pub fn fresh(self) -> Result<Self> {
        if self.stale {
            return Err(stale_form());
        }
        Ok(self)
    }

    /// What was typed, as it was sent.
    pub fn body(&self) -> String {
        form_urlencoded::Serializer::new(String::new())
            .extend_pairs(&self.pairs)
            .finish()
    }

    /// A field that stands beside what the form means.
    pub fn beside(&self, name: &str) -> Option<&str> {
        let named = self.pairs.iter().find(|(known, _)| known == name);
        named.map(|(_, value)| value.as_str())
    }

    /// What the form means without these fields; they stay among the values.
    pub fn form_without<T: DeserializeOwned + Validate>(self, beside: &[&str]) -> Result<Form<T>> {
        let values = values(&self.pairs);
        let mut pairs = self.pairs;
        pairs.retain(|(name, _)| !beside.contains(&name.as_str()));
        let input = match parse_pairs(&pairs) {
            Ok(input) => Ok(input),
            Err(Error::Invalid(fields)) => Err(fields),
            Err(other) => return Err(other),
        };
        Ok(Form {
            who: self.who,
            values,
            input,
        })
    }
}

impl FromRequest for Kept {
    type Error = Error;
    type Future = LocalBoxFuture<'static, Result<Self>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let req = req.clone();
        let mut payload = payload.take();
        Box::pin(async move {
            let who = read_credentials(&req)?;
            let body = call::read_body(&mut payload).await?;
            let mut pairs = pairs(&body);
            if foreign(&req) {
                return Err(stale_form());
            }
            let token = pairs
                .iter()
                .find(|(name, _)| name == "csrf")
                .map(|(_, token)| token.as_str());
            let stale = !token_holds(&req, &who, token);
            pairs.retain(|(name, _)| name != "csrf");
            Ok(Self { who, stale, pairs })
        })
    }
}

/// A form of somebody logged in must carry the session's token; one of a visitor must come from this site.
pub fn check_csrf(req: &HttpRequest, who: &Who, token: Option<&str>) -> Result<()> {
    if token_holds(req, who, token) && !foreign(req) {
        return Ok(());
    }
    Err(stale_form())
}

fn foreign(req: &HttpRequest) -> bool {
    req.headers()
        .get("Sec-Fetch-Site")
        .and_then(|value| value.to_str().ok())
        .is_some_and(|site| site == "cross-site")
}

fn token_holds(req: &HttpRequest, who: &Who, token: Option<&str>) -> bool {
    match (who.session(), req.app_data::<Data<App>>()) {
        (Some(session), Some(app)) => app.keys().csrf_holds(session, token.unwrap_or_default()),
        (None, _) => true,
        (Some(_), None) => false,
    }
}

fn stale_form() -> Error {
    Error::Forbidden(
        Refusal::new("csrf", "页面已过期，您的操作没有执行。")
            .remedy("请返回上一页刷新后重试，已填写的内容请先复制保存。"),
    )
}

/// Decoded name/value pairs in the order they came.
pub fn pairs(body: &[u8]) -> Vec<(String, String)> {
    form_urlencoded::parse(body)
        .map(|(name, value)| (name.into_owned(), value.replace("\r\n", "\n")))
        .collect()
}

/// What was typed, for showing it again.
pub fn values(pairs: &[(String, String)]) -> Values {
    let mut values = Values::new();
    for (name, value) in pairs {
        values.insert(format!("{name}={value}"), "1".to_owned());
        values.insert(name.clone(), value.clone());
    }
    values
}

/// Empty values count as absent; local times (`2026-03-01T09:00`, of fields ending in `_at` or `deadline`) are
/// Shanghai's and become instants, amounts of money are typed in 元 and become 分. Rows of a repeated group that are empty throughout drop out, keeping their order.
pub fn parse_pairs<T: DeserializeOwned + Validate>(pairs: &[(String, String)]) -> Result<T> {
    let mut rows: BTreeMap<String, BTreeMap<usize, usize>> = BTreeMap::new();
    let mut encoded = form_urlencoded::Serializer::new(String::new());
    for (name, value) in pairs {
        if name.contains('\0') || value.contains('\0') {
            return Err(errors::unseen(&name.replace('\0', "")));
        }
        let value = cleaned(name, value)?;
        if value.is_empty() {
            continue;
        }
        let name = renumber(name, &mut rows);
        let value = match kind_of(&name) {
            Kind::Instant => instant_of(&value),
            Kind::Money => money::from_yuan(&value)
                .ok_or_else(|| {
                    Error::field(&name, "请填写金额，以元为单位，最多两位小数，如 12000.50。")
                })?
                .to_string(),
            Kind::Plain => value.into_owned(),
        };
        encoded.append_pair(&name, &value);
    }
    let text = encoded.finish();
    let input: T = serde_qs::Config::new()
        .max_depth(6)
        .use_form_encoding(true)
        .deserialize_str::<serde_path::Tracked<T>>(&text)
        .map_err(|error| Error::Invalid(errors::from_serde("", &error.to_string())))?
        .into_result()
        .map_err(|(path, message)| Error::Invalid(errors::from_serde(&path, &message)))?;
    call::valid(input)
}

/// `targets[3][unit]` becomes `targets[1][unit]` if rows 0 and 3 are the only ones with anything in them.
fn renumber(name: &str, rows: &mut BTreeMap<String, BTreeMap<usize, usize>>) -> String {
    let Some((head, rest)) = name.split_once('[') else {
        return name.to_owned();
    };
    let Some((index, tail)) = rest.split_once(']') else {
        return name.to_owned();
    };
    let Ok(index) = index.parse::<usize>() else {
        return name.to_owned();
    };
    let known = rows.entry(head.to_owned()).or_default();
    let next = known.len();
    let index = *known.entry(index).or_insert(next);
    format!("{head}[{index}]{tail}")
}

fn cleaned<'a>(name: &str, value: &'a str) -> Result<Cow<'a, str>> {
    if text::is_secret(name) {
        return Ok(Cow::Borrowed(value));
    }
    text::clean(value).map_err(|text::ControlCharacter| errors::unseen(name))
}

/// How people type what a field means, told by its name.
enum Kind {
    /// Shanghai's local time: `_at`, `deadline`.
    Instant,
    /// 元: `amount`, `budget`, `budget_ceiling`.
    Money,
    Plain,
}

fn kind_of(name: &str) -> Kind {
    let field = name.trim_end_matches(']');
    let field = field.rsplit('[').next().unwrap_or(field);
    if field.ends_with("_at") || field.ends_with("deadline") {
        Kind::Instant
    } else if matches!(field, "amount" | "budget" | "budget_ceiling") {
        Kind::Money
    } else {
        Kind::Plain
    }
}

fn instant_of(value: &str) -> String {
    for format in ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"] {
        if let Ok(local) = NaiveDateTime::parse_from_str(value, format) {
            return clock::from_local(local).to_string();
        }
    }
    value.to_owned()
}

/// An input as a form would have typed it: for filling an edit form from what is stored.
pub fn values_of<T: Serialize>(input: &T) -> Result<Values> {
    let mut values = Values::new();
    flatten(String::new(), &serde_json::to_value(input)?, &mut values);
    Ok(values)
}

fn flatten(name: String, value: &serde_json::Value, values: &mut Values) {
    use serde_json::Value;
    match value {
        Value::Null => {}
        Value::Bool(flag) => {
            values.insert(name, flag.to_string());
        }
        Value::Number(number) => {
            let shown = match (kind_of(&name), number.as_i64()) {
                (Kind::Money, Some(cents)) => money::to_yuan(cents),
                _ => number.to_string(),
            };
            values.insert(name, shown);
        }
        Value::String(text) => {
            let shown = match kind_of(&name) {
                Kind::Instant => text
                    .parse()
                    .map_or_else(|_| text.clone(), clock::input_instant),
                Kind::Money | Kind::Plain => text.clone(),
            };
            values.insert(name, shown);
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                if !item.is_object() && !item.is_array() {
                    let plain = item
                        .as_str()
                        .map_or_else(|| item.to_string(), str::to_owned);
                    values.insert(format!("{name}[]={plain}"), "1".to_owned());
                }
                flatten(format!("{name}[{index}]"), item, values);
            }
        }
        Value::Object(fields) => {
            for (field, item) in fields {
                let inner = if name.is_empty() {
                    field.clone()
                } else {
                    format!("{name}[{field}]")
                };
                flatten(inner, item, values);
            }
        }
    }
}

/// Remembers where in the input a deserializer stumbled.
mod serde_path {
    use serde::{Deserialize, Deserializer};

    pub struct Tracked<T>(Result<T, (String, String)>);

    impl<T> Tracked<T> {
        pub fn into_result(self) -> Result<T, (String, String)> {
            self.0
        }
    }

    impl<'de, T: Deserialize<'de>> Deserialize<'de> for Tracked<T> {
        fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            match serde_path_to_error::deserialize(deserializer) {
                Ok(value) => Ok(Self(Ok(value))),
                Err(error) => Ok(Self(Err((
                    error.path().to_string(),
                    error.inner().to_string(),
                )))),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Deserialize;

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Sample {
        title: String,
        opens_at: clock::Instant,
        quota: i64,
        #[serde(default)]
        note: Option<String>,
        #[serde(default)]
        rows: Vec<Row>,
    }

    #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Validate)]
    #[serde(deny_unknown_fields)]
    struct Row {
        name: String,
        mark: f64,
    }

    fn parse(text: &str) -> Result<Sample> {
        parse_pairs(&pairs(text.as_bytes()))
    }

    #[test]
    fn a_form_reads_like_a_body_and_back() {
        let sample = parse(
            "title=%E5%AE%89&opens_at=2026-03-01T09:00&quota=2&note=&rows[0][name]=a&rows[0][mark]=36.5&rows[1][name]=&rows[3][name]=b&rows[3][mark]=1",
        )
        .unwrap();
        assert_eq!(sample.title, "安");
        assert_eq!(sample.opens_at.to_string(), "2026-03-01T01:00:00Z");
        assert_eq!(sample.rows.len(), 2);
        let values = values_of(&sample).unwrap();
        assert_eq!(values["opens_at"], "2026-03-01T09:00");
        assert_eq!(values["rows[1][name]"], "b");
    }

    #[test]
    fn errors_name_the_field() {
        for (text, field) in [
            ("opens_at=2026-03-01T09:00&quota=2", "title"),
            ("title=a&opens_at=2026-03-01T09:00&quota=x", "quota"),
            ("title=a&opens_at=yesterday&quota=1", "opens_at"),
            (
                "title=a&opens_at=2026-03-01T09:00&quota=1&rows[0][name]=a",
                "rows[0][mark]",
            ),
            (
                "title=a&opens_at=2026-03-01T09:00&quota=1&colour=red",
                "colour",
            ),
        ] {
            match parse(text) {
                Err(Error::Invalid(fields)) => {
                    assert_eq!(fields.keys().next().unwrap(), field, "{text}")
                }
                other => panic!("{text}: {other:?}"),
            }
        }
    }
}
