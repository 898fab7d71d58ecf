// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/visslform.h"

#include "ui/theme.h"

#include <QCheckBox>
#include <QComboBox>
#include <QFileInfo>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
QString text(const std::string &words)
{
    return QString::fromStdString(words);
}

/// As a value of an override is written.
QString listText(const std::vector<std::string> &items)
{
    QStringList texts;
    for (const std::string &item : items) {
        const bool isPlain = !item.empty() && std::all_of(item.begin(), item.end(), [](char c) {
            return QChar::isLetterOrNumber(uchar(c)) || c == '_' || c == '.' || c == '-' || c == '/';
        });
        QString quoted = text(item);
        texts << (isPlain ? quoted : u'"' + quoted.replace(u'\\', u"\\\\"_s).replace(u'"', u"\\\""_s) + u'"');
    }
    return u'[' + texts.join(u", "_s) + u']';
}

QString keyText(const VisslSettings &settings)
{
    if (settings.keyNameIsPath)
        return listText(settings.stateDictKeyName);
    return settings.stateDictKeyName.empty() ? QString() : text(settings.stateDictKeyName.front());
}
}

VisslForm::VisslForm(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this)), m_problem(new QLabel(this))
{
    const Metrics m(*this);
    setObjectName(u"visslForm"_s);
    setAccessibleName(tr("Settings of VISSL"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(m.padding);
    m_grid->setVerticalSpacing(m.gap);
    m_grid->setColumnStretch(1, 1);
    m_dialect = addChoice(tr("Dialect"), u"visslDialect"_s,
                          {tr("As documented, until March 2022 (PyPI)"), tr("Main branch, since March 2022")},
                          tr("They treat APPEND_PREFIX of a feature extractor differently."));
    m_mode = addChoice(tr("Scenario"), u"visslMode"_s, {tr("Evaluate a frozen trunk"), tr("Fine-tune")},
                       tr("The two of VISSL's documentation. It sets FEATURE_EVAL_SETTINGS and APPEND_PREFIX."));
    m_source =
        addChoice(tr("Checkpoint"), u"visslSource"_s,
                  {tr("Written by VISSL"), tr("Of others: ViT, or any trunk"), tr("Of others: ResNet of torchvision")},
                  tr("What the file is. It sets STATE_DICT_KEY_NAME and APPEND_PREFIX."));
    m_file = addLine("PARAMS_FILE", tr("path or URL"), tr("The checkpoint, which VISSL opens."));
    m_open = new QPushButton(tr("Open"), this);
    m_open->setObjectName(u"visslOpen"_s);
    m_open->setAccessibleName(tr("Open the checkpoint of PARAMS_FILE"));
    m_grid->addWidget(m_open, m_grid->rowCount() - 1, 2);
    m_key = addLine("STATE_DICT_KEY_NAME", tr("empty: the file itself"),
                    tr("Where in the file the weights are: a name, or a path as [a, b]. “classy_state_dict” is a "
                       "checkpoint of VISSL's own, for which the prefixes are ignored."));
    m_remove = addLine("REMOVE_PREFIX", tr("none"), tr("Taken off once from keys that start with it."));
    m_append = addLine("APPEND_PREFIX", tr("none"), tr("Put in front of every key."));
    m_skip =
        addLine("SKIP_LAYERS", tr("none: []"), tr("Target keys with one of these in them are not loaded: [a, b]."));
    makeFlags();
    m_problem->setObjectName(u"visslProblem"_s);
    m_problem->setAccessibleName(tr("Problem"));
    m_problem->setFont(smallFont(font()));
    m_problem->setTextFormat(Qt::PlainText);
    m_problem->setWordWrap(true);
    tint(m_problem, Tone::Missing);
    m_grid->addWidget(m_problem, m_grid->rowCount(), 1, 1, 2);
    m_problem->hide();
    connect(m_open, &QPushButton::clicked, this, [this] { Q_EMIT openRequested(m_file->text()); });
    connect(m_dialect, &QComboBox::activated, this,
            [this](int index) { choose(source(), mode(), VisslSettings::Dialect(index)); });
    connect(m_mode, &QComboBox::activated, this,
            [this](int index) { choose(source(), Mode(index), m_settings.dialect); });
    connect(m_source, &QComboBox::activated, this,
            [this](int index) { choose(Source(index), mode(), m_settings.dialect); });
    refresh();
}

QComboBox *VisslForm::addChoice(const QString &label, const QString &name, const QStringList &texts,
                                const QString &help)
{
    auto *box = new QComboBox(this);
    auto *title = new QLabel(label, this);
    title->setForegroundRole(QPalette::PlaceholderText);
    title->setBuddy(box);
    title->setToolTip(help);
    box->setObjectName(name);
    box->setAccessibleName(label);
    box->setToolTip(help);
    box->addItems(texts);
    box->setPlaceholderText(tr("as set below"));
    const int row = m_grid->rowCount();
    m_grid->addWidget(title, row, 0);
    m_grid->addWidget(box, row, 1, 1, 2);
    return box;
}

QLineEdit *VisslForm::addLine(const char *setting, const QString &hint, const QString &help)
{
    const QString name = QString::fromLatin1(setting);
    auto *line = new QLineEdit(this);
    auto *label = new QLabel(name, this);
    label->setForegroundRole(QPalette::PlaceholderText);
    label->setBuddy(line);
    label->setToolTip(help);
    line->setObjectName(u"vissl-"_s + name);
    line->setAccessibleName(name);
    line->setToolTip(help);
    line->setPlaceholderText(hint);
    line->setFont(fixedFont(font()));
    const int row = m_grid->rowCount();
    m_grid->addWidget(label, row, 0);
    m_grid->addWidget(line, row, 1, 1, qstrcmp(setting, "PARAMS_FILE") == 0 ? 1 : 2);
    connect(line, &QLineEdit::textEdited, this, [this, setting, line](const QString &value) {
        m_typed = line;
        change(setting, value);
        m_typed = nullptr;
    });
    return line;
}

QCheckBox *VisslForm::addBox(const char *setting, const QString &help)
{
    const QString name = QString::fromLatin1(setting);
    auto *box = new QCheckBox(name, this);
    box->setObjectName(u"vissl-"_s + name);
    box->setAccessibleName(name);
    box->setToolTip(help);
    m_grid->addWidget(box, m_grid->rowCount(), 1, 1, 2);
    connect(box, &QCheckBox::toggled, this, [this, setting](bool on) {
        const bool isList = qstrcmp(setting, "LINEAR_EVAL_FEAT_POOL_OPS_MAP") == 0;
        change(setting, isList ? (on ? u"[[res5avg,[Identity,[]]]]"_s : u"[]"_s) : on ? u"True"_s : u"False"_s);
    });
    return box;
}

void VisslForm::makeFlags()
{
    m_evalMode = addBox("EVAL_MODE_ON", tr("Evaluate: heads of the file are not loaded, unless EVAL_TRUNK_AND_HEAD."));
    m_freezeTrunk = addBox("FREEZE_TRUNK_ONLY", tr("With features to evaluate, the trunk is a feature extractor."));
    m_freezeAll = addBox("FREEZE_TRUNK_AND_HEAD", tr("The same, with the heads frozen too."));
    m_evalHead = addBox("EVAL_TRUNK_AND_HEAD", tr("Evaluate the heads of the file too."));
    m_pools = addBox("LINEAR_EVAL_FEAT_POOL_OPS_MAP", tr("Ticked: it names at least one feature to evaluate."));
    m_assertHead = addBox("ASSERT_HEAD_LAYER_SHAPE_INIT",
                          tr("A head of another shape is an error; otherwise it is left as it is."));
}

/// What the settings say of the file; nothing when they are of another kind.
std::optional<VisslForm::Source> VisslForm::source() const
{
    if (m_settings.isClassy())
        return Source::Own;
    if (m_settings.appendPrefix == m_settings.foreignPrefix(VisslSettings::Blocks::None))
        return Source::Trunk;
    if (m_settings.appendPrefix == m_settings.foreignPrefix(VisslSettings::Blocks::FeatureBlocks))
        return Source::ResNet;
    return std::nullopt;
}

std::optional<VisslForm::Mode> VisslForm::mode() const
{
    if (m_settings.isFeatureExtractor())
        return Mode::Evaluate;
    return m_settings.evalModeOn ? std::nullopt : std::optional(Mode::FineTune);
}

void VisslForm::choose(std::optional<Source> source, std::optional<Mode> mode, VisslSettings::Dialect dialect)
{
    m_settings.dialect = dialect;
    if (mode == Mode::FineTune)
        m_settings.evalModeOn = false;
    if (mode == Mode::Evaluate && !m_settings.isFeatureExtractor())
        m_settings.evalModeOn = m_settings.freezeTrunkOnly = m_settings.hasFeaturePools = true;
    if (source == Source::Own) {
        m_settings.stateDictKeyName = {"classy_state_dict"};
        m_settings.keyNameIsPath = false;
        m_settings.removePrefix.clear();
        m_settings.appendPrefix.clear();
    } else if (source) {
        if (m_settings.isClassy())
            m_settings.stateDictKeyName.clear();
        using Blocks = VisslSettings::Blocks;
        m_settings.appendPrefix =
            m_settings.foreignPrefix(*source == Source::ResNet ? Blocks::FeatureBlocks : Blocks::None);
    }
    showProblem({});
    refresh();
    Q_EMIT edited();
}

/// One setting as it is typed: a list in brackets is one, all else is text.
void VisslForm::change(const char *setting, const QString &value)
{
    const std::string name = setting;
    const bool isList = value.trimmed().startsWith(u'[');
    const bool isText = name == "PARAMS_FILE" || name == "REMOVE_PREFIX" || name == "APPEND_PREFIX";
    if (isText) {
        std::string &member = name == "PARAMS_FILE" ? m_settings.paramsFile
            : name == "REMOVE_PREFIX"               ? m_settings.removePrefix
                                                    : m_settings.appendPrefix;
        member = value.toStdString();
    } else if (name == "STATE_DICT_KEY_NAME" && !isList) {
        m_settings.keyNameIsPath = false;
        m_settings.stateDictKeyName.clear();
        if (!value.isEmpty())
            m_settings.stateDictKeyName.push_back(value.toStdString());
    } else {
        const auto changed = changedVissl(m_settings, {name + '=' + value.toStdString()});
        if (!changed) {
            showProblem(changed.error().message);
            return;
        }
        m_settings = *changed;
    }
    showProblem({});
    refresh();
    Q_EMIT edited();
}

void VisslForm::setSettings(const VisslSettings &settings)
{
    m_settings = settings;
    showProblem({});
    refresh();
}

void VisslForm::showProblem(const QString &message)
{
    m_problem->setText(u"✗ "_s + message);
    m_problem->setVisible(!message.isEmpty());
}

void VisslForm::refresh()
{
    m_dialect->setCurrentIndex(int(m_settings.dialect));
    const auto nowMode = mode();
    const auto nowSource = source();
    m_mode->setCurrentIndex(nowMode ? int(*nowMode) : -1);
    m_source->setCurrentIndex(nowSource ? int(*nowSource) : -1);
    const std::pair<QLineEdit *, QString> lines[] = {
        {m_file, text(m_settings.paramsFile)},
        {m_key, keyText(m_settings)},
        {m_remove, text(m_settings.removePrefix)},
        {m_append, text(m_settings.appendPrefix)},
        {m_skip,
         m_settings.skipLayersText.empty() ? listText(m_settings.skipLayers) : text(m_settings.skipLayersText)}};
    for (const auto &[line, value] : lines) {
        if (line != m_typed && line->text() != value)
            line->setText(value);
    }
    const std::pair<QCheckBox *, bool> flags[] = {
        {m_evalMode, m_settings.evalModeOn},          {m_freezeTrunk, m_settings.freezeTrunkOnly},
        {m_freezeAll, m_settings.freezeTrunkAndHead}, {m_evalHead, m_settings.evalTrunkAndHead},
        {m_pools, m_settings.hasFeaturePools},        {m_assertHead, m_settings.assertHeadLayerShapeInit}};
    for (const auto &[box, on] : flags) {
        const QSignalBlocker quiet(box);
        box->setChecked(on);
    }
    const QFileInfo file(text(m_settings.paramsFile));
    m_open->setEnabled(file.exists());
    m_open->setToolTip(file.exists() ? tr("Open it as the source.")
                                     : tr("PARAMS_FILE names no file that is on this machine."));
}
