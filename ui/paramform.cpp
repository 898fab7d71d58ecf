// SPDX-FileCopyrightText: 2026 The Weightsmith authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/paramform.h"

#include "model/base/text.h"
#include "model/recipe/yaml.h"
#include "ui/theme.h"

#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>

#include <algorithm>

using namespace Qt::StringLiterals;

namespace {
QString valueText(const Node &value)
{
    return value.isNull() ? QString() : QString::fromStdString(value.isScalar() ? value.text : flowText(value));
}

/// Whether what stands in a field says this value already.
bool says(const QString &typed, const Node &value)
{
    const Result<Node> read = paramValue(value, typed.toStdString());
    return read && *read == value;
}
}

ParamForm::ParamForm(QWidget *parent) : QWidget(parent), m_grid(new QGridLayout(this))
{
    setObjectName(u"paramForm"_s);
    setAccessibleName(tr("Parameters of the recipe"));
    m_grid->setContentsMargins(0, 0, 0, 0);
    m_grid->setHorizontalSpacing(Metrics(*this).gap);
    m_grid->setVerticalSpacing(4);
    m_grid->setColumnStretch(1, 1);
}

void ParamForm::setParams(const Params &params)
{
    const bool isSameList =
        std::equal(params.begin(), params.end(), m_params.begin(), m_params.end(),
                   [](const Node::Entry &left, const Node::Entry &right) { return left.first == right.first; });
    if (!isSameList)
        make(params);
    m_params = params;
    for (std::size_t at = 0; at < m_rows.size(); ++at) {
        QLineEdit *line = m_rows[at].line;
        if (isSameList && says(line->text(), params[at].second))
            continue;
        line->setText(valueText(params[at].second));
        line->setCursorPosition(0);
        m_rows[at].problem->hide();
    }
}

void ParamForm::make(const Params &params)
{
    for (const Row &row : m_rows) {
        for (QWidget *widget : {static_cast<QWidget *>(row.line), static_cast<QWidget *>(row.problem)})
            widget->deleteLater();
    }
    qDeleteAll(findChildren<QLabel *>(u"paramName"_s, Qt::FindDirectChildrenOnly));
    m_rows.clear();
    for (const auto &[key, value] : params) {
        const QString name = displayName(key);
        auto *label = new QLabel(name, this);
        auto *line = new QLineEdit(this);
        auto *problem = new QLabel(this);
        label->setObjectName(u"paramName"_s);
        label->setForegroundRole(QPalette::PlaceholderText);
        label->setBuddy(line);
        line->setObjectName(u"param-"_s + name);
        line->setAccessibleName(tr("Parameter %1").arg(name));
        line->setToolTip(tr("Stands wherever a step says {%1}.").arg(name));
        line->setPlaceholderText(value.isNull() ? tr("must be set") : tr("empty"));
        line->setFont(fixedFont(font()));
        problem->setAccessibleName(tr("Problem"));
        problem->setFont(smallFont(font()));
        problem->setWordWrap(true);
        problem->setTextFormat(Qt::PlainText);
        tint(problem, Tone::Missing);
        const int row = m_grid->rowCount();
        m_grid->addWidget(label, row, 0);
        m_grid->addWidget(line, row, 1);
        m_grid->addWidget(problem, row + 1, 1);
        m_rows.push_back({name, line, problem});
        problem->hide();
        connect(line, &QLineEdit::textEdited, this,
                [this, key = QString::fromStdString(key)](const QString &text) { Q_EMIT edited(key, text); });
    }
}

void ParamForm::showProblem(const QString &name, const QString &message)
{
    for (const Row &row : m_rows) {
        if (row.name != displayName(name.toStdString()))
            continue;
        row.problem->setText(u"✗ "_s + message);
        row.problem->setVisible(!message.isEmpty());
    }
}
