"""The peers, with the settings that their documentation or the published pipeline gives."""
