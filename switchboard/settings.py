"""The settings of an installation, read from one YAML file with environment overrides."""
