"""Shows state to people and turns clicks into service calls."""
