"""What every test needs: the claims of required features are checked whenever tests run."""

pytest_plugins = ("tests.features",)
