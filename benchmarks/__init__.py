"""What the stages and the whole job cost, ours and the peers', on the same documents in the same run."""
