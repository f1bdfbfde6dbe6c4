module dev.penstock/e2e/pause

go 1.21
