"""The SDK in strings: messages, patches, registries and names of models."""
