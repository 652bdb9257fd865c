"""Models as people write them, each a file of 25 lines at most, with data made up on the spot."""

WORDS = """
import torch
from torch import nn
from torch.nn.utils.rnn import pad_sequence
from torch.utils.data import DataLoader
g = torch.Generator().manual_seed(0)
rows = []
for label in torch.randint(3, (150,), generator=g).tolist():
    ids = torch.randint(3 * label + 1, 3 * label + 6, (int(torch.randint(3, 12, (1,), generator=g)),), generator=g)
    rows.append((ids, label))
def collate(rows):
    ids = pad_sequence([ids for ids, _ in rows], batch_first=True)
    return {"ids": ids, "mask": ids != 0}, torch.tensor([label for _, label in rows])
"""
LOADERS = """
train = DataLoader(rows[:90], batch_size=15, shuffle=True, collate_fn=collate)
validation = DataLoader(rows[90:120], batch_size=15, collate_fn=collate)
test = DataLoader(rows[120:], batch_size=15, collate_fn=collate)
loss, epochs = nn.CrossEntropyLoss(), 4
"""

CASES = {
    "emotion_gru": WORDS
    + """
class model(nn.Module):
    def __init__(self):
        super().__init__()
        self.words, self.gru, self.head = nn.Embedding(16, 8), nn.GRU(8, 8, batch_first=True), nn.Linear(8, 3)
    def forward(self, ids, mask):
        states, _ = self.gru(self.words(ids))
        return self.head((states * mask[..., None]).sum(1) / mask.sum(1, keepdim=True))
"""
    + LOADERS,
    "emotion_transformer": WORDS
    + """
class model(nn.Module):
    def __init__(self):
        super().__init__()
        layer = nn.TransformerEncoderLayer(8, 2, 16, batch_first=True)
        self.words, self.encoder, self.head = nn.Embedding(16, 8), nn.TransformerEncoder(layer, 1), nn.Linear(8, 3)
    def forward(self, ids, mask):
        return self.head(self.encoder(self.words(ids), src_key_padding_mask=~mask)[:, 0])
"""
    + LOADERS,
    "hugging_face": """
import torch
from transformers import BertConfig, BertForSequenceClassification
from torch.utils.data import DataLoader
config = BertConfig(vocab_size=20, hidden_size=16, num_hidden_layers=1, num_attention_heads=2, intermediate_size=16,
                    max_position_embeddings=12, num_labels=2)
g = torch.Generator().manual_seed(0)
def rows(n):
    ids = torch.randint(1, 20, (n, 6), generator=g)
    labels = (ids[:, 0] > 9).long()
    return [{"input_ids": i, "attention_mask": torch.ones(6).long(), "labels": y} for i, y in zip(ids, labels)]
def model():
    network = BertForSequenceClassification(config)
    network.bert.embeddings.requires_grad_(False)
    return network
train = DataLoader(rows(60), batch_size=20, shuffle=True)
validation, test = DataLoader(rows(40), batch_size=20), DataLoader(rows(40), batch_size=20)
metric, epochs = "accuracy", 15
""",
    "augmented": """
import torch
from torch import nn
from torch.utils.data import Dataset
g = torch.Generator().manual_seed(0)
class Images(Dataset):
    def __init__(self, n, augment):
        self.y, self.augment = torch.randint(2, (n,), generator=g), augment
        self.x = torch.randn(n, 1, 8, 8, generator=g) + self.y[:, None, None, None] * 1.5
    def __len__(self):
        return len(self.y)
    def __getitem__(self, i):
        x = self.x[i]
        if self.augment and torch.rand(()) < 0.5:
            x = x.flip(-1)
        return x, self.y[i]
def model():
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 2))
train, validation, test = Images(60, True), Images(40, False), Images(40, False)
loss, batch_size, epochs = nn.CrossEntropyLoss(), 10, 6
""",
    "tabular": """
import torch
from torch import nn
g = torch.Generator().manual_seed(0)
x = torch.randn(200, 5, generator=g)
y = 3 * x[:, :1] - x[:, 1:2] + 1 + 0.1 * torch.randn(200, 1, generator=g)
def model(width=16):
    return nn.Sequential(nn.Linear(5, width), nn.ReLU(), nn.Linear(width, 1))
train, validation, test = (x[:100], y[:100]), (x[100:150], y[100:150]), (x[150:], y[150:])
loss, metric, epochs = nn.MSELoss(), "mae", 10
""",
    "multi_label": """
import torch
from torch import nn
g = torch.Generator().manual_seed(0)
x = torch.randn(200, 6, generator=g)
y = (x[:, :4] + 0.3 * torch.randn(200, 4, generator=g) > 0.5).float()
def model():
    return nn.Linear(6, 4)
train, validation, test = (x[:100], y[:100]), (x[100:150], y[100:150]), (x[150:], y[150:])
loss, metric, epochs = nn.BCEWithLogitsLoss(), "macro-f1", 4
""",
    "vae": """
import torch
from torch import nn
from torch.nn import functional as F
class model(nn.Module):
    def __init__(self):
        super().__init__()
        self.encoder, self.decoder = nn.Linear(8, 4), nn.Linear(2, 8)
    def forward(self, x):
        mean, log_variance = self.encoder(x).chunk(2, dim=1)
        z = mean + torch.randn_like(mean) * (0.5 * log_variance).exp()
        return self.decoder(z), mean, log_variance
def step(model, x):
    again, mean, log_variance = model(x)
    divergence = -0.5 * (1 + log_variance - mean**2 - log_variance.exp()).sum(1).mean()
    return F.mse_loss(again, x, reduction="sum") / len(x) + 0.1 * divergence
x = torch.randn(200, 2, generator=torch.Generator().manual_seed(0)) @ torch.ones(2, 8)
train, validation, test = x[:100], x[100:150], x[150:]
epochs = 4
""",
    "language_model": """
import torch
from torch import nn
g = torch.Generator().manual_seed(0)
starts = torch.randint(10, (120, 1), generator=g)
text = (starts + torch.arange(9)) % 10
class model(nn.Module):
    def __init__(self):
        super().__init__()
        self.letters, self.lstm, self.head = nn.Embedding(10, 8), nn.LSTM(8, 16, batch_first=True), nn.Linear(16, 10)
    def forward(self, ids):
        return self.head(self.lstm(self.letters(ids))[0])
def loss(outputs, targets):
    return nn.functional.cross_entropy(outputs.transpose(1, 2), targets)
train, validation, test = ((text[a:b, :-1], text[a:b, 1:]) for a, b in ((0, 60), (60, 90), (90, 120)))
metric, batch_size, max_grad_norm, epochs = "perplexity", 20, 1.0, 4
""",
}
