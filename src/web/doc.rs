//! One operation of the OpenAPI document, from the types of its handler.

use serde_json::json;
use utoipa::openapi::path::{OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::security::SecurityRequirement;
use utoipa::openapi::{
    ContentBuilder, HttpMethod, PathItem, Ref, RefOr, Required, ResponseBuilder, Schema,
};
use utoipa::{IntoParams, ToSchema};

use super::errors::Problem;
use super::paging::Listing;
use crate::tables::{Format, MOST};

type Schemas = Vec<(String, RefOr<Schema>)>;

/// What a call takes and answers. Refusals of the shared layer are added to every operation.
pub struct Doc {
    /// One sentence, then more if need be.
    says: &'static str,
    status: u16,
    answer: Option<RefOr<Schema>>,
    media_type: &'static str,
    body: Option<RefOr<Schema>>,
    body_type: &'static str,
    query: Vec<Parameter>,
    /// `?format=` gives a file instead.
    or_file: bool,
    /// Codes of refusals by status.
    refusals: Vec<(u16, &'static str)>,
    path_types: Vec<(&'static str, RefOr<Schema>)>,
    schemas: Schemas,
}

fn reference<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    let name = T::name().into_owned();
    schemas.push((name.clone(), T::schema()));
    T::schemas(schemas);
    Ref::from_schema_name(name).into()
}

fn file_parameter() -> Parameter {
    ParameterBuilder::new()
        .name("format")
        .parameter_in(ParameterIn::Query)
        .description(Some(format!(
            "The whole list as a file, at most {MOST} rows; `limit` and `cursor` say nothing then."
        )))
        .schema(Some(<Format as utoipa::PartialSchema>::schema()))
        .build()
}

impl Doc {
    /// Answers nothing: 204.
    pub fn nothing(says: &'static str) -> Self {
        Self {
            says,
            status: 204,
            answer: None,
            media_type: "application/json",
            body: None,
            body_type: "application/json",
            query: Vec::new(),
            or_file: false,
            refusals: Vec::new(),
            path_types: Vec::new(),
            schemas: Vec::new(),
        }
    }

    /// Answers a subject.
    pub fn of<T: ToSchema>(says: &'static str) -> Self {
        let mut doc = Self::nothing(says);
        doc.status = 200;
        doc.answer = Some(reference::<T>(&mut doc.schemas));
        doc
    }

    /// Answers a page of a list.
    pub fn list<T: ToSchema>(says: &'static str) -> Self {
        let mut doc = Self::nothing(says);
        doc.status = 200;
        let item = reference::<T>(&mut doc.schemas);
        let name = format!("Listing_{}", T::name());
        let whole = <Listing<T> as utoipa::__dev::ComposeSchema>::compose(vec![item]);
        doc.schemas.push((name.clone(), whole));
        doc.answer = Some(Ref::from_schema_name(name).into());
        doc
    }

    #[must_use]
    pub fn status(mut self, status: u16) -> Self {
        self.status = status;
        self
    }

    #[must_use]
    pub fn media_type(mut self, media_type: &'static str) -> Self {
        self.media_type = media_type;
        self
    }

    #[must_use]
    pub fn body<T: ToSchema>(mut self) -> Self {
        self.body = Some(reference::<T>(&mut self.schemas));
        self
    }

    /// How the body is sent, if not as JSON.
    #[must_use]
    pub fn sent_as(mut self, media_type: &'static str) -> Self {
        self.body_type = media_type;
        self
    }

    #[must_use]
    pub fn query<Q: IntoParams>(mut self) -> Self {
        self.query = Q::into_params(|| Some(ParameterIn::Query));
        self
    }

    /// The whole list as a file, too.
    #[must_use]
    pub fn or_file(mut self) -> Self {
        self.or_file = true;
        self.refuses(409, &["too_many_rows"])
    }

    /// A schema that only a query or path parameter refers to.
    #[must_use]
    pub fn with<T: ToSchema>(mut self) -> Self {
        reference::<T>(&mut self.schemas);
        self
    }

    /// The type of a path parameter that is neither an id nor a text.
    #[must_use]
    pub fn path<T: ToSchema>(mut self, name: &'static str) -> Self {
        let schema = reference::<T>(&mut self.schemas);
        self.path_types.push((name, schema));
        self
    }

    /// A refusal's code, under the status it comes with.
    #[must_use]
    pub fn refuses(mut self, status: u16, codes: &'static [&'static str]) -> Self {
        self.refusals
            .extend(codes.iter().map(|code| (status, *code)));
        self
    }

    /// What it brings along, by name.
    pub fn schemas(&self) -> impl Iterator<Item = (&String, &RefOr<Schema>)> {
        self.schemas.iter().map(|(name, schema)| (name, schema))
    }

    /// Adds the operation to the document.
    pub fn add_to(
        self,
        document: &mut utoipa::openapi::OpenApi,
        method: &str,
        path: &str,
        tag: &str,
        open: bool,
    ) {
        let method = match method {
            "GET" => HttpMethod::Get,
            "PUT" => HttpMethod::Put,
            "PATCH" => HttpMethod::Patch,
            "DELETE" => HttpMethod::Delete,
            _ => HttpMethod::Post,
        };
        let (summary, more) = self.says.split_once('\n').unwrap_or((self.says, ""));
        let mut operation = OperationBuilder::new()
            .tag(tag)
            .summary(Some(summary))
            .operation_id(Some(operation_id(&method, path)));
        if !more.trim().is_empty() {
            operation = operation.description(Some(more.trim()));
        }
        for name in path
            .split('{')
            .skip(1)
            .filter_map(|part| part.split_once('}'))
        {
            operation = operation.parameter(self.path_parameter(name.0));
        }
        for parameter in self.query {
            operation = operation.parameter(parameter);
        }
        if self.or_file {
            operation = operation.parameter(file_parameter());
        }
        if let Some(body) = self.body {
            let content = ContentBuilder::new().schema(Some(body)).build();
            operation = operation.request_body(Some(
                RequestBodyBuilder::new()
                    .content(self.body_type, content)
                    .required(Some(Required::True))
                    .build(),
            ));
        }
        let mut good = ResponseBuilder::new();
        if let Some(answer) = self.answer {
            let content = ContentBuilder::new().schema(Some(answer)).build();
            good = good.content(self.media_type, content);
        } else if self.status == 200 {
            // Bytes, which no schema describes.
            good = good.content(self.media_type, ContentBuilder::new().build());
        }
        if self.or_file {
            for format in Format::ALL {
                good = good.content(format.media_type(), ContentBuilder::new().build());
            }
        }
        operation = operation.response(self.status.to_string(), good.build());
        for (status, words) in by_status(&self.refusals) {
            let problem = Ref::from_schema_name(Problem::name());
            let refused = ResponseBuilder::new().description(words).content(
                "application/problem+json",
                ContentBuilder::new().schema(Some(problem)).build(),
            );
            operation = operation.response(status.to_string(), refused.build());
        }
        if open {
            operation = operation.security(SecurityRequirement::default());
        }
        document
            .paths
            .paths
            .entry(path.to_owned())
            .or_default()
            .merge_operations(PathItem::new(method, operation.build()));
        let components = document.components.get_or_insert_default();
        for (name, schema) in self.schemas {
            components.schemas.entry(name).or_insert(schema);
        }
    }

    fn path_parameter(&self, name: &str) -> Parameter {
        let known = self.path_types.iter().find(|(known, _)| *known == name);
        let schema = match known {
            Some((_, schema)) => schema.clone(),
            None if name == "code" => String::schema_of(),
            None => i64::schema_of(),
        };
        ParameterBuilder::new()
            .name(name)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(schema))
            .build()
    }
}

/// Schemas of plain types.
trait SchemaOf: utoipa::PartialSchema {
    fn schema_of() -> RefOr<Schema> {
        Self::schema()
    }
}

impl SchemaOf for String {}
impl SchemaOf for i64 {}

/// `post_contracts_id_sign`: one a route, and it stays.
fn operation_id(method: &HttpMethod, path: &str) -> String {
    let verb = json!(method);
    let words: Vec<&str> = path
        .trim_start_matches("/api/v1/")
        .split(|letter: char| !letter.is_alphanumeric() && letter != '_')
        .filter(|word| !word.is_empty())
        .collect();
    format!("{}_{}", verb.as_str().unwrap_or("call"), words.join("_"))
}

fn by_status(refusals: &[(u16, &'static str)]) -> Vec<(u16, String)> {
    let mut all: Vec<(u16, String)> = Vec::new();
    for (status, code) in refusals {
        let code = format!("`{code}`");
        match all.iter_mut().find(|(known, _)| known == status) {
            Some((_, words)) => {
                words.push_str(", ");
                words.push_str(&code);
            }
            None => all.push((*status, code)),
        }
    }
    all
}
