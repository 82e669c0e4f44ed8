//! Location of the file: which one is read, and what happens without one.

use super::super::*;
use super::environment;

#[test]
fn an_explicit_file_must_exist_and_the_default_one_may_be_missing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.toml");
    let load = |location: ConfigPath| load(&location, &Environment::new(), &Flags::new(), None);
    assert!(load(ConfigPath::Default(path.clone())).is_ok());
    let error = load(ConfigPath::Explicit(path.clone()))
        .unwrap_err()
        .to_string();
    let start = format!("{}: cannot be read (", path.display());
    assert!(error.starts_with(&start), "{error}");
    fs::write(&path, b"language = '\xff'").unwrap();
    let error = load(ConfigPath::Default(path.clone()))
        .unwrap_err()
        .to_string();
    let why = "is not valid UTF-8: save it with the encoding UTF-8";
    assert_eq!(error, format!("{}: {why}", path.display()));
    let folder = load(ConfigPath::Default(folder.path().into())).unwrap_err();
    let end = ": correct that, or name another file with --config";
    assert!(folder.to_string().ends_with(end), "{folder}");
}

#[test]
fn the_file_is_located_by_flag_then_environment_then_platform() {
    let explicit = |path: &str| ConfigPath::Explicit(path.into());
    let variables = environment(&[("SOCHAT_CONFIG", "/env.toml")]);
    let (flag, home) = (Some(Path::new("/flag.toml")), Some(Path::new("/home/ola")));
    assert_eq!(choose_path(flag, &variables, home), explicit("/flag.toml"));
    assert_eq!(choose_path(None, &variables, None), explicit("/env.toml"));
    let empty = environment(&[("SOCHAT_CONFIG", "")]);
    let default = ConfigPath::Default("/home/ola/config.toml".into());
    assert_eq!(choose_path(None, &empty, home), default);
}

#[test]
fn without_a_usable_home_the_environment_is_enough() {
    let no_home = choose_path(None, &Environment::new(), None);
    assert_eq!(no_home, ConfigPath::NoHome);
    assert_eq!(
        no_home.path().unwrap_err().to_string(),
        "HOME: There is no home directory for the configuration: set HOME, or name a file with --config"
    );
    let variables = environment(&[("SOCHAT_BASE_URL", "https://a.example")]);
    for location in [
        no_home,
        ConfigPath::Default("/dev/null/.config/sochat/config.toml".into()),
    ] {
        let config = load(&location, &variables, &Flags::new(), None).unwrap();
        assert!(config.service.is_some());
    }
    let explicit = ConfigPath::Explicit("/dev/null/config.toml".into());
    assert!(load(&explicit, &variables, &Flags::new(), None).is_err());
}
