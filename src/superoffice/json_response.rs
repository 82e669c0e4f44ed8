//! A successful response as JSON, and how it is decoded.

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

    pub(super) fn log_invalid(&self) {
        if self.decoder.invalid_properties > 0 {
            tracing::info!(
                resource = %self.resource,
                properties = self.decoder.invalid_properties,
                "invalid properties were treated as missing"
            );
        }
        if self.decoder.foreign_messages > 0 {
            tracing::warn!(
                resource = %self.resource,
                messages = self.decoder.foreign_messages,
                "messages of another session were left out"
            );
        }
    }
}
