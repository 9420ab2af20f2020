//! Digests of models and signatures over them, against what OpenSSF `model-signing` 1.1.1 and OpenSSL made.
#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use gatewright::document::envelope::{Envelope, Signature};
use gatewright::document::file::FileError;
use gatewright::document::{Format, Limits, read};
use gatewright::evidence::digest::{DigestError, Ignored, ModelFiles, model_digest};
use gatewright::evidence::signature::{KeyError, MAX_SIGNATURES, PublicKey, SignatureError, verify_envelope};
use gatewright::evidence::statement::{Difference, ModelSigning, Statement, StatementError};
use serde_json::{Value, json};

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

fn json(name: &str) -> Value {
    read(&fs::read(data(name)).unwrap(), Format::Json, &Limits::default()).unwrap()
}

fn bundle(name: &str) -> Envelope {
    Envelope::from_bundle(&json(name)).unwrap()
}

fn pem(name: &str) -> String {
    fs::read_to_string(data(name)).unwrap()
}

fn key(name: &str) -> PublicKey {
    PublicKey::from_pem(&pem(name)).unwrap()
}

fn digest(model: &Path, ignored: &Ignored) -> Result<ModelFiles, DigestError> {
    model_digest(model, ignored, |_| {})
}

/// The files that a bundle says were signed, when the key has signed it.
fn signed(bundle_name: &str, key_name: &str) -> ModelSigning {
    let envelope = bundle(bundle_name);
    let payload = verify_envelope(&envelope, &key(key_name)).unwrap();
    let statement = Statement::from_verified(&payload, &Limits::default()).unwrap();
    ModelSigning::from_statement(&statement).unwrap()
}

/// The model that `tree.sig` is over; it has names that sort differently by bytes and by parts.
fn tree() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [
        ("a/b", "1\n"),
        ("a-b", "2\n"),
        (".gitignore", "3\n"),
        ("sub/.gitignore", "4\n"),
        (".hidden", "5\n"),
        ("ä.txt", "6\n"),
        ("Z", "7\n"),
        ("😀.txt", "8\n"),
        ("ﬀ.txt", "9"),
        ("sub/.git/config", "10\n"),
        (".git/config", "11\n"),
        (".github/x", "12\n"),
        ("empty", ""),
        ("a b", "13\n"),
        ("model.sig", "the signature"),
    ] {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    fs::create_dir(folder.path().join("nothing")).unwrap();
    folder
}

#[test]
fn the_digest_of_a_model_is_the_one_that_was_signed() {
    let mut hashed = 0;
    let model = model_digest(&data("models/clean/"), &Ignored::default(), |bytes| hashed += bytes).unwrap();
    assert_eq!(model.digest, "sha256:468d5fdf8ec0142aff2a6279a48154f1127366a8ceba7686c2513f79898cb20f");
    let files: Vec<_> = model.files.iter().map(|file| (file.name.as_str(), file.size)).collect();
    assert_eq!(files, [("config.json", 21), ("model.safetensors", 160), ("weights.pkl", 41)]);
    assert_eq!(hashed, 222);
    assert_eq!(signed("signing/clean.sig", "signing/clean.pub.pem").differences(&model), []);
}

#[test]
fn files_are_sorted_and_left_out_as_the_signer_does() {
    let folder = tree();
    let signed = signed("signing/tree.sig", "signing/p384.pub.pem");
    let model = digest(folder.path(), &signed.ignored()).unwrap();
    assert_eq!(model.digest, "sha256:c5bd71801b6a60ad9c5f81939ae8e14b1ef5bcbf1e92b5de6f7664c21f657ca4");
    let names = |names: Vec<&String>| names.into_iter().cloned().collect::<Vec<_>>();
    let in_order = names(model.files.iter().map(|file| &file.name).collect());
    assert_eq!(in_order, names(signed.resources.iter().map(|file| &file.name).collect()));
    assert_eq!(model, digest(folder.path(), &Ignored::default().and("./model.sig/")).unwrap());

    // The signature file is only left out when it is named.
    let default = digest(folder.path(), &Ignored::default()).unwrap();
    assert_eq!(signed.differences(&default), [Difference::Unsigned("model.sig".into())]);
    let everything = digest(folder.path(), &Ignored::nothing().and("/").and("../x")).unwrap();
    assert_eq!(everything.files.len(), 15);
    assert!(matches!(digest(folder.path(), &Ignored::nothing().and(".")), Err(DigestError::Empty(_))));
}

#[test]
fn a_model_may_be_one_file() {
    let folder = tree();
    let model = digest(&folder.path().join("Z"), &Ignored::default()).unwrap();
    assert_eq!(model.digest, "sha256:ae876d3c7f80bd4544e167f2dabe3af79d5a3e052c5ff4226cd95c03895fc700");
    assert_eq!(model.files[0].name, ".");
    assert_eq!(signed("signing/single.sig", "signing/p384.pub.pem").differences(&model), []);
}

#[test]
fn every_difference_to_the_signed_model_is_found() {
    let folder = tree();
    let signed = signed("signing/tree.sig", "signing/p384.pub.pem");
    fs::write(folder.path().join("a/b"), "0\n").unwrap();
    fs::rename(folder.path().join("a b"), folder.path().join("a c")).unwrap();
    let found = digest(folder.path(), &signed.ignored()).unwrap();
    assert_eq!(
        signed.differences(&found),
        [Difference::Changed("a/b".into()), Difference::Missing("a b".into()), Difference::Unsigned("a c".into()),]
    );
    // The digest alone does not hold the names.
    fs::write(folder.path().join("a/b"), "1\n").unwrap();
    let renamed = digest(folder.path(), &signed.ignored()).unwrap();
    assert_eq!(renamed.digest, "sha256:c5bd71801b6a60ad9c5f81939ae8e14b1ef5bcbf1e92b5de6f7664c21f657ca4");
    assert_eq!(signed.differences(&renamed).len(), 2);
}

#[test]
fn what_is_no_model_has_no_digest() {
    let folder = tempfile::tempdir().unwrap();
    let digest = |name: &str| digest(&folder.path().join(name), &Ignored::default());
    assert!(matches!(digest("."), Err(DigestError::Empty(_))));
    assert!(matches!(digest("missing"), Err(DigestError::File(FileError::Missing(_)))));
    #[cfg(target_os = "linux")]
    {
        use std::ffi::OsStr;
        use std::os::unix::ffi::OsStrExt;
        use std::os::unix::fs::symlink;
        for name in ["real", "linked/sub", "pipes", "names"] {
            fs::create_dir_all(folder.path().join(name)).unwrap();
        }
        fs::write(folder.path().join("real/file"), "x").unwrap();
        symlink("real", folder.path().join("link")).unwrap();
        for name in ["link", "link/"] {
            assert!(matches!(digest(name), Err(DigestError::File(FileError::Link(_)))), "{name}");
        }
        symlink("..", folder.path().join("linked/sub/up")).unwrap();
        assert!(matches!(digest("linked"), Err(DigestError::File(FileError::Link(_)))));
        let pipe = folder.path().join("pipes/pipe");
        rustix::fs::mknodat(rustix::fs::CWD, &pipe, rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
        for name in ["pipes", "pipes/pipe"] {
            assert!(matches!(digest(name), Err(DigestError::File(FileError::Special { .. }))));
        }
        fs::write(folder.path().join("names").join(OsStr::from_bytes(b"\xFF")), "x").unwrap();
        assert!(matches!(digest("names"), Err(DigestError::Name(_))));
        // What is ignored is not even looked at.
        fs::create_dir(folder.path().join("real/.git")).unwrap();
        symlink("nowhere", folder.path().join("real/.git/HEAD")).unwrap();
        assert_eq!(digest("real").unwrap().files.len(), 1);
    }
}

#[test]
fn a_signature_is_by_one_key_over_one_content() {
    let clean = bundle("signing/clean.sig");
    let signer = key("signing/clean.pub.pem");
    let payload = verify_envelope(&clean, &signer).unwrap();
    assert_eq!(payload.payload_type(), "application/vnd.in-toto+json");
    assert_eq!(payload.payload(), clean.payload);

    let refused = |envelope: &Envelope, key: &PublicKey| verify_envelope(envelope, key).unwrap_err();
    assert_eq!(refused(&bundle("signing/another.sig"), &signer), SignatureError::NotByKey);
    for other in ["signing/p384.pub.pem", "signing/ed25519.pub.pem"] {
        assert_eq!(refused(&clean, &key(other)), SignatureError::NotByKey);
    }
    let changed = |change: &dyn Fn(&mut Envelope)| {
        let mut envelope = clean.clone();
        change(&mut envelope);
        verify_envelope(&envelope, &signer).map(|_| ())
    };
    for bit in (0..clean.payload.len() * 8).step_by(97) {
        assert_eq!(changed(&|e| e.payload[bit / 8] ^= 1 << (bit % 8)), Err(SignatureError::NotByKey));
    }
    for bit in 0..clean.signatures[0].sig.len() * 8 {
        let flipped = changed(&|e| e.signatures[0].sig[bit / 8] ^= 1 << (bit % 8));
        assert_eq!(flipped, Err(SignatureError::NotByKey), "bit {bit}");
    }
    for length in 0..clean.signatures[0].sig.len() {
        assert_eq!(changed(&|e| e.signatures[0].sig.truncate(length)), Err(SignatureError::NotByKey));
    }
    assert_eq!(changed(&|e| e.payload_type = "application/json".into()), Err(SignatureError::NotByKey));
    assert_eq!(changed(&|e| e.signatures.clear()), Err(SignatureError::Unsigned));
    // Another signature beside it, or a false key id, changes nothing.
    let other = Signature { keyid: Some("another".into()), sig: vec![0; 64] };
    assert_eq!(changed(&|e| e.signatures.insert(0, other.clone())), Ok(()));
    assert_eq!(changed(&|e| e.signatures[0].keyid = Some("another".into())), Ok(()));
    assert_eq!(
        changed(&|e| e.signatures = vec![other.clone(); MAX_SIGNATURES + 1]),
        Err(SignatureError::TooMany(MAX_SIGNATURES + 1))
    );
}

#[test]
fn the_two_numbers_of_an_ecdsa_signature_may_stand_alone() {
    for (name, key_name) in
        [("signing/clean.sig", "signing/clean.pub.pem"), ("signing/tree.sig", "signing/p384.pub.pem")]
    {
        let mut envelope = bundle(name);
        let sig = &envelope.signatures[0].sig;
        envelope.signatures[0].sig = match key(key_name) {
            PublicKey::P256(_) => p256::ecdsa::Signature::from_der(sig).unwrap().to_bytes().to_vec(),
            _ => p384::ecdsa::Signature::from_der(sig).unwrap().to_bytes().to_vec(),
        };
        verify_envelope(&envelope, &key(key_name)).unwrap();
    }
}

#[test]
fn an_ed25519_signature_is_verified() {
    let mut envelope = Envelope::from_json(&json("signing/ed25519.dsse.json")).unwrap();
    let signer = key("signing/ed25519.pub.pem");
    let payload = verify_envelope(&envelope, &signer).unwrap();
    let statement = Statement::from_verified(&payload, &Limits::default()).unwrap();
    assert_eq!(statement.predicate_type, "https://example.com/scan/v1");
    let expected = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a";
    assert_eq!(statement.subject[0].sha256().as_deref(), Some(expected));
    assert!(matches!(ModelSigning::from_statement(&statement), Err(StatementError::PredicateType { .. })));
    envelope.payload[0] ^= 1;
    assert_eq!(verify_envelope(&envelope, &signer), Err(SignatureError::NotByKey));
}

#[test]
fn only_a_public_key_of_a_known_kind_is_a_key() {
    let refused = |text: &str| PublicKey::from_pem(text).unwrap_err();
    assert_eq!(refused(""), KeyError::Pem);
    assert_eq!(refused(&"-".repeat(1 << 20)), KeyError::Pem);
    assert_eq!(refused(&pem("signing/p521.pub.pem")), KeyError::Algorithm);
    assert_eq!(refused(&pem("signing/rsa.pub.pem")), KeyError::Algorithm);
    let clean = pem("signing/clean.pub.pem");
    assert_eq!(refused(&clean.repeat(2)), KeyError::Pem);
    assert_eq!(refused(&clean.replace("PUBLIC", "EC PRIVATE")), KeyError::Private);
    assert_eq!(refused(&clean.replace("PUBLIC KEY", "CERTIFICATE")), KeyError::Label("CERTIFICATE".into()));
    // A point that is not on the curve.
    assert_eq!(refused(&clean.replace("b4ikDw==", "b4ikDg==")), KeyError::Invalid);
    assert_eq!(refused(&clean.replace("MFkwEwYH", "MFkwEwYI")), KeyError::Invalid);
    assert_eq!(
        PublicKey::from_pem(&format!("\r\n{}\r\n", clean.trim().replace('\n', "\r\n"))),
        Ok(key("signing/clean.pub.pem"))
    );
}

#[test]
fn a_statement_must_be_one_and_agree_with_itself() {
    let payload =
        read(&fs::read(data("signing/clean.sig")).unwrap(), Format::SigstoreBundle, &Limits::default()).unwrap();
    let statement = |change: &dyn Fn(&mut Value)| {
        let mut value = payload.clone();
        change(&mut value);
        Statement::from_json(value).and_then(|statement| ModelSigning::from_statement(&statement))
    };
    let message = |change: &dyn Fn(&mut Value)| statement(change).unwrap_err().to_string();
    let files = |s: &mut Value| s["predicate"]["resources"].as_array_mut().unwrap().clone();
    assert_eq!(statement(&|_| {}).unwrap().serialization.ignore_paths.len(), 4);
    assert!(statement(&|s| s["unknown"] = json!(1)).is_ok());
    assert_eq!(
        message(&|s| s["_type"] = "https://in-toto.io/Statement/v0.1".into()),
        "`https://in-toto.io/Statement/v0.1` is not an in-toto statement of version 1"
    );
    assert_eq!(message(&|s| s["subject"] = json!([])), "the statement has no subject");
    assert!(message(&|s| s["subject"] = json!({})).starts_with("the statement is not well-formed: "));
    assert!(message(&|s| s["subject"] = json!([s["subject"][0], s["subject"][0]])).contains("2 subjects"));
    assert!(message(&|s| s["predicateType"] = "https://model_signing/Digests/v0.1".into()).contains("Digests/v0.1"));
    assert!(
        message(&|s| s["predicate"]["serialization"]["method"] = "shards".into()).contains("as `shards` with `sha256`")
    );
    assert!(message(&|s| s["predicate"]["serialization"]["hash_type"] = "blake3".into()).contains("with `blake3`"));
    assert_eq!(
        message(&|s| s["predicate"]["resources"][0]["algorithm"] = "blake3".into()),
        "the digest of `config.json` is not a SHA-256"
    );
    assert_eq!(
        message(&|s| s["predicate"]["resources"][0]["digest"] = "AB".repeat(32).into()),
        "the digest of `config.json` is not a SHA-256"
    );
    assert_eq!(
        message(&|s| s["subject"][0]["digest"] = json!({"sha512": ""})),
        "the digest of `clean` is not a SHA-256"
    );
    assert!(message(&|s| s["predicate"]["resources"] = json!(files(s)[1..])).contains("is not that of its files"));
    assert!(
        message(&|s| s["predicate"]["resources"] = json!([files(s)[0], files(s)[0]]))
            .contains("two digests of `config.json`")
    );
}

#[test]
fn a_signed_payload_of_another_type_is_no_statement() {
    // What is signed here is only known to the test: the key is made of a constant.
    use p256::ecdsa::signature::Signer;
    let secret = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let sign = |payload_type: &str, payload: &str| {
        let message = format!("DSSEv1 {} {payload_type} {} {payload}", payload_type.len(), payload.len());
        let signature: p256::ecdsa::Signature = secret.sign(message.as_bytes());
        let encode = |bytes: &[u8]| base64::prelude::BASE64_STANDARD.encode(bytes);
        let envelope = json!({"payloadType": payload_type, "payload": encode(payload.as_bytes()),
            "signatures": [{"sig": encode(&signature.to_bytes())}]});
        Envelope::from_json(&envelope).unwrap()
    };
    let key = PublicKey::P256(*secret.verifying_key());
    let error = |payload_type: &str, payload: &str| {
        let envelope = sign(payload_type, payload);
        Statement::from_verified(&verify_envelope(&envelope, &key).unwrap(), &Limits::default()).unwrap_err()
    };
    assert!(matches!(error("text/plain", "{}"), StatementError::PayloadType(_)));
    assert!(matches!(error("application/vnd.in-toto+json", "{\"a\":1,\"a\":1}"), StatementError::Document(_)));
    assert!(matches!(error("application/vnd.in-toto+json", "{}"), StatementError::Shape(_)));
}
