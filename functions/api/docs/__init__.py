"""The API's documentation: Swagger UI, ReDoc and the one OpenAPI document behind them."""
