//! A successful response as JSON, and how it is decoded.

use std::mem;

use reqwest::StatusCode;

use super::decode::Decoder;
use super::error;
use super::http::HttpResponse;
use super::resource::Resource;
use crate::sync::ApiError;

/// A successful response, and what is needed to decode it.
pub(super) struct JsonResponse {
    pub(super) http: HttpResponse,
    pub(super) decoder: Decoder,
    pub(super) resource: Resource,
}

impl JsonResponse {
    /// Decodes the whole body; no content counts as `null`.
    pub(super) async fn decode<T>(
        mut self,
        decode: impl FnOnce(&mut Decoder, &str) -> Option<T> + Send,
    ) -> Result<T, ApiError> {
        let body = match self.http.status() {
            StatusCode::NO_CONTENT => "null".to_owned(),
            _ => self.http.text().await?,
        };
        let decoded = decode(&mut self.decoder, body.trim());
        self.log_invalid();
        decoded.ok_or_else(|| self.unexpected_body(&body))
    }

    pub(super) fn unexpected_body(&self, body: &str) -> ApiError {
        error::unexpected_body(
            &self.http.host,
            self.resource,
            self.http.content_type(),
            body,
        )
    }

    /// Logs once what could not be decoded so far, and how many messages were left out.
    pub(super) fn log_invalid(&mut self) {
        let properties = mem::take(&mut self.decoder.invalid_properties);
        if properties > 0 {
            tracing::info!(
                resource = %self.resource,
                properties,
                "invalid properties were treated as missing"
            );
        }
        let messages = mem::take(&mut self.decoder.foreign_messages);
        if messages > 0 {
            tracing::warn!(
                resource = %self.resource,
                messages,
                "messages of another session were left out"
            );
        }
    }
}
