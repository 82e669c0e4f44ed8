//! TLS with a `ca_file`: its certificates are trusted besides those of the platform.
//!
//! A server certificate that is itself in the file is trusted for the hosts it names. On premises it is
//! often self-signed and marked as an authority, which a certificate of a server must not be.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::verify_server_name;
use rustls::crypto::aws_lc_rs;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme,
};
use rustls_platform_verifier::Verifier;

use super::error;
use crate::sync::ApiError;

/// The first bytes of UTF-16 text, in either byte order.
const UTF16_MARKS: [&[u8]; 2] = [b"\xFF\xFE", b"\xFE\xFF"];
const UTF8_MARK: &[u8] = b"\xEF\xBB\xBF";
/// The first byte of a certificate that is not text.
const DER_SEQUENCE: u8 = 0x30;

/// TLS settings that trust the certificates of a file too.
pub(super) fn with_ca_file(path: &Path) -> Result<ClientConfig, ApiError> {
    let certificates = read_certificates(path).map_err(error::config)?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let verifier = CaFileVerifier {
        platform: Verifier::new_with_extra_roots(certificates.clone(), Arc::clone(&provider))
            .map_err(|cause| error::no_client(&cause))?,
        certificates,
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|cause| error::no_client(&cause))?
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(verifier))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

/// Returns an error, a sentence for the user, for a `ca_file` that cannot be used.
pub(crate) fn check_ca_file(path: &Path) -> Result<(), String> {
    read_certificates(path).map(drop)
}

fn read_certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, String> {
    fs::read(path)
        .map_err(|cause| cause.to_string())
        .and_then(|bytes| parse_certificates(&bytes))
        .map_err(|why| format!("Cannot use ca_file {}: {why}", path.display()))
}

/// Reads PEM, with or without a byte order mark, or a single certificate in DER. The error names the
/// wrong certificate and what to do.
fn parse_certificates(bytes: &[u8]) -> Result<Vec<CertificateDer<'static>>, String> {
    if UTF16_MARKS.iter().any(|mark| bytes.starts_with(mark)) || bytes.get(1) == Some(&0) {
        return Err("it is UTF-16 text; save it as PEM in ASCII or UTF-8".to_owned());
    }
    let bytes = bytes.strip_prefix(UTF8_MARK).unwrap_or(bytes);
    if bytes.first() == Some(&DER_SEQUENCE) {
        let certificate = CertificateDer::from(bytes.to_vec());
        check_certificate(&certificate).map_err(|why| {
            format!("it is damaged ({why}); export the certificate again, as PEM")
        })?;
        return Ok(vec![certificate]);
    }
    let text = String::from_utf8_lossy(bytes);
    let titles = text.lines().filter_map(|line| {
        line.trim()
            .strip_prefix("-----BEGIN ")?
            .strip_suffix("-----")
            .filter(|title| title.ends_with("CERTIFICATE"))
    });
    let mut titles = titles.zip(1..);
    if let Some((title, number)) = titles.find(|(title, _)| *title != "CERTIFICATE") {
        return Err(format!(
            "certificate {number} begins with \"BEGIN {title}\"; write it in the form \"BEGIN CERTIFICATE\", \
             for example with openssl x509"
        ));
    }
    let mut certificates = Vec::new();
    for (read, number) in CertificateDer::pem_slice_iter(bytes).zip(1..) {
        let checked = read
            .map_err(|cause| cause.to_string())
            .and_then(|certificate| check_certificate(&certificate).map(|()| certificate));
        certificates.push(checked.map_err(|why| {
            format!("certificate {number} is damaged ({why}); export it again, as PEM")
        })?);
    }
    if certificates.is_empty() {
        return Err("no PEM certificate found; it must have \"BEGIN CERTIFICATE\"".to_owned());
    }
    Ok(certificates)
}

fn check_certificate(certificate: &CertificateDer<'static>) -> Result<(), String> {
    RootCertStore::empty()
        .add(certificate.clone())
        .map_err(|cause| match cause {
            Error::InvalidCertificate(cause) => format!("{cause:?}"),
            cause => cause.to_string(),
        })
}

#[derive(Debug)]
struct CaFileVerifier {
    platform: Verifier,
    /// The certificates of the file.
    certificates: Vec<CertificateDer<'static>>,
}

impl ServerCertVerifier for CaFileVerifier {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        server_name: &ServerName<'_>,
        ocsp_response: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let verified = self.platform.verify_server_cert(
            end_entity,
            intermediates,
            server_name,
            ocsp_response,
            now,
        );
        match verified {
            // The period of validity is checked before these.
            Err(Error::InvalidCertificate(
                CertificateError::UnknownIssuer | CertificateError::Other(_),
            )) if self.certificates.contains(end_entity) => {
                verify_server_name(&ParsedCertificate::try_from(end_entity)?, server_name)?;
                Ok(ServerCertVerified::assertion())
            }
            verified => verified,
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform
            .verify_tls12_signature(message, certificate, signature)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signature: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        self.platform
            .verify_tls13_signature(message, certificate, signature)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.platform.supported_verify_schemes()
    }
}
